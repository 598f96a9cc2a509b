package culvert.gateway.metrics;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text format read back, strictly: HELP, TYPE, then samples of that family with one set of
 * label names, each once; counters end in _total and are not negative.
 */
public record ParsedExposition(
        Map<String, String> types, Map<String, Map<Map<String, String>, Double>> samples) {
    private static final Pattern HELP = Pattern.compile("# HELP ([a-z][a-z0-9_]*) (\\S.*)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE ([a-z][a-z0-9_]*) (counter|gauge|histogram)");
    private static final Pattern SAMPLE = Pattern.compile("([a-z][a-z0-9_]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("\\G([a-z][a-z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\\"n])*)\"(,|$)");

    public static ParsedExposition parse(String text) {
        if (!text.endsWith("\n")) {
            throw new IllegalArgumentException("the last line has no end");
        }
        Map<String, String> types = new LinkedHashMap<>();
        Map<String, Map<Map<String, String>, Double>> samples = new LinkedHashMap<>();
        Set<String> helped = new LinkedHashSet<>();
        String current = "";
        for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
            Matcher help = HELP.matcher(line);
            Matcher type = TYPE.matcher(line);
            if (help.matches()) {
                current = help.group(1);
                require(helped.add(current), "a second HELP", line);
            } else if (type.matches()) {
                require(type.group(1).equals(current), "TYPE of another family", line);
                require(types.put(current, type.group(2)) == null, "a second TYPE", line);
                require(
                        current.endsWith("_total") == type.group(2).equals("counter"),
                        "_total and counter go together",
                        line);
                samples.put(current, new LinkedHashMap<>());
            } else {
                Matcher sample = SAMPLE.matcher(line);
                require(sample.matches(), "neither HELP, TYPE nor sample", line);
                boolean histogram = "histogram".equals(types.get(current));
                String family =
                        histogram
                                ? sample.group(1).replaceFirst("_(bucket|sum|count)$", "")
                                : sample.group(1);
                require(family.equals(current), "sample of another family", line);
                require(types.containsKey(current), "sample before TYPE", line);
                samples.putIfAbsent(sample.group(1), new LinkedHashMap<>());
                add(samples.getOrDefault(sample.group(1), Map.of()), types, current, sample, line);
            }
        }
        return new ParsedExposition(types, samples);
    }

    private static void add(
            Map<Map<String, String>, Double> family,
            Map<String, String> types,
            String name,
            Matcher sample,
            String line) {
        Map<String, String> labels = labels(sample.group(2), line);
        if (!family.isEmpty()) {
            require(
                    family.keySet().iterator().next().keySet().equals(labels.keySet()),
                    "other label names than before",
                    line);
        }
        double value = Double.parseDouble(sample.group(3));
        require("gauge".equals(types.get(name)) || value >= 0, "a counter below zero", line);
        require(family.put(labels, value) == null, "a second sample of these labels", line);
    }

    private static Map<String, String> labels(
            @org.jspecify.annotations.Nullable String text, String line) {
        Map<String, String> labels = new TreeMap<>();
        if (text == null) {
            return labels;
        }
        Matcher label = LABEL.matcher(text);
        int end = 0;
        while (label.find()) {
            String value =
                    label.group(2)
                            .replace("\\\\", "\0")
                            .replace("\\\"", "\"")
                            .replace("\\n", "\n")
                            .replace("\0", "\\");
            require(labels.put(label.group(1), value) == null, "a label twice", line);
            end = label.end();
        }
        require(end == text.length() && !text.isEmpty(), "labels do not parse", line);
        return labels;
    }

    private static void require(boolean holds, String what, String line) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": " + line);
        }
    }

    /** The sample with these labels and no others. */
    public double value(String name, Map<String, String> labels) {
        Double value = samples.getOrDefault(name, Map.of()).get(new TreeMap<>(labels));
        if (value == null) {
            throw new IllegalArgumentException("no sample " + name + labels + " in " + samples);
        }
        return value;
    }
}
