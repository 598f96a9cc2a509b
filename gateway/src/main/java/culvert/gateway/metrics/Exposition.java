package culvert.gateway.metrics;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A page of metrics in Prometheus' text format 0.0.4 (prometheus.io, "Exposition formats"). Refuses
 * names that the format or its conventions refuse: those are ours, so a wrong one is a bug.
 */
public final class Exposition {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    private final StringBuilder text = new StringBuilder(16_384);
    private final Set<String> names = new HashSet<>();

    /** A family of samples that differ in their labels only. */
    public final class Family {
        private final String name;

        private Family(String name) {
            this.name = name;
        }

        /**
         * Adds a sample.
         *
         * @param labels names and values in turn; the names are the same in every sample
         */
        public Family sample(double value, String... labels) {
            text.append(name);
            for (int i = 0; i < labels.length; i += 2) {
                text.append(i == 0 ? '{' : ',').append(require(labels[i])).append("=\"");
                appendEscaped(labels[i + 1]);
                text.append('"');
            }
            if (labels.length > 0) {
                text.append('}');
            }
            text.append(' ');
            appendNumber(value);
            text.append('\n');
            return this;
        }

        /** Adds a sample for a fact: 1 when it holds, else 0. */
        public Family sample(boolean holds, String... labels) {
            return sample(holds ? 1 : 0, labels);
        }
    }

    /** Begins a family of values that only grow while the process lives. */
    public Family counter(String name, String help) {
        if (!name.endsWith("_total")) {
            throw new IllegalArgumentException("a counter's name ends in _total: " + name);
        }
        return family(name, "counter", help);
    }

    /** Begins a family of values that go up and down. */
    public Family gauge(String name, String help) {
        if (name.endsWith("_total")) {
            throw new IllegalArgumentException("only a counter's name ends in _total: " + name);
        }
        return family(name, "gauge", help);
    }

    /** A histogram's samples: buckets, their sum and their number. */
    public final class HistogramFamily {
        private final String name;

        private HistogramFamily(String name) {
            this.name = name;
        }

        /**
         * Adds the samples of one histogram.
         *
         * @param labels names and values in turn
         */
        public HistogramFamily sample(Histogram histogram, String... labels) {
            Family buckets = new Family(name + "_bucket");
            for (int i = 0; i < histogram.buckets(); i++) {
                String[] bounded = Arrays.copyOf(labels, labels.length + 2);
                bounded[labels.length] = "le";
                bounded[labels.length + 1] = histogram.bound(i);
                buckets.sample(histogram.countUpTo(i), bounded);
            }
            new Family(name + "_sum").sample(histogram.sum(), labels);
            new Family(name + "_count")
                    .sample(histogram.countUpTo(histogram.buckets() - 1), labels);
            return this;
        }
    }

    /** Begins a family of histograms. */
    public HistogramFamily histogram(String name, String help) {
        family(name, "histogram", help);
        return new HistogramFamily(name);
    }

    private Family family(String name, String type, String help) {
        if (!names.add(require(name))) {
            throw new IllegalArgumentException("two families are named " + name);
        }
        text.append("# HELP ").append(name).append(' ');
        text.append(help.replace("\\", "\\\\").replace("\n", "\\n")).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return new Family(name);
    }

    private static String require(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("no name of a metric or label: " + name);
        }
        return name;
    }

    private void appendEscaped(String value) {
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            switch (character) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(character);
            }
        }
    }

    /** Without an exponent, for people: a double holds counts exactly up to 2^53. */
    private void appendNumber(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            text.append((long) value);
        } else {
            text.append(new BigDecimal(Double.toString(value)).toPlainString());
        }
    }

    /** The whole page. */
    @Override
    public String toString() {
        return text.toString();
    }
}
