package culvert.perf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Writes the measured part of {@code perf/RESULTS.md}, between two marks; what people wrote around
 * it stays.
 *
 * @param onTheWire empty when there was no wire mode
 * @param stolenPercent of the processors' time
 */
record Report(
        List<String> names, int rounds, Results plain, Results onTheWire, double stolenPercent) {
    private static final String BEGIN = "<!-- measured by perf/compare: begin -->";
    private static final String END = "<!-- measured by perf/compare: end -->";
    private static final String CHART = "results.svg";

    void write(Path directory, Path wireguardGo) throws IOException {
        Path file = directory.resolve("RESULTS.md");
        String text = Files.exists(file) ? Files.readString(file) : BEGIN + "\n" + END + "\n";
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(file + " has lost its marks " + BEGIN + " and " + END);
        }
        Files.writeString(
                file,
                text.substring(0, begin + BEGIN.length())
                        + "\n"
                        + measured(wireguardGo)
                        + text.substring(end));
        Files.writeString(directory.resolve(CHART), new Chart(names, plain, onTheWire).svg());
        System.out.println("wrote " + file);
    }

    private String measured(Path wireguardGo) throws IOException {
        var text = new StringBuilder();
        text.append(
                "\n%s, %d rounds, medians.\n\n".formatted(LocalDate.now(ZoneOffset.UTC), rounds));
        text.append("- machine: ").append(machine()).append('\n');
        text.append("- kernel: ").append(output("uname", "-r")).append('\n');
        text.append("- Java: ").append(System.getProperty("java.vm.version")).append('\n');
        text.append("- wireguard-go: ")
                .append(output(wireguardGo.toString(), "--version"))
                .append('\n');
        text.append("- strongSwan: ").append(strongSwan()).append('\n');
        text.append(
                String.format(Locale.ROOT, "- stolen by the hypervisor: %.1f %%\n", stolenPercent));
        plain.failures().forEach(what -> text.append("- not measured: ").append(what).append('\n'));
        onTheWire
                .failures()
                .forEach(
                        what ->
                                text.append("- not measured in wire mode: ")
                                        .append(what)
                                        .append('\n'));
        text.append("\n![throughput and round trip](" + CHART + ")\n");
        table(text, "Links with their offloads", plain);
        if (!onTheWire.isEmpty()) {
            table(text, "Links without offloads (wire mode)", onTheWire);
        }
        return text.append('\n').toString();
    }

    private void table(StringBuilder text, String title, Results results) {
        text.append("\n### ").append(title).append("\n\n| |");
        names.forEach(name -> text.append(' ').append(name).append(" |"));
        others().forEach(name -> text.append(" ratio to ").append(name).append(" |"));
        text.append("\n|---|").append("---:|".repeat(names.size() + others().size())).append('\n');
        for (Metric metric : Metric.values()) {
            text.append("| ").append(metric.text()).append(", ").append(metric.unit()).append(" |");
            for (String name : names) {
                text.append(cell(results.median(metric, name), "%,.0f", "%.1f"));
            }
            for (String name : others()) {
                text.append(cell(results.ratio(metric, Compare.CULVERT, name), "%,.0f", "%.2f"));
            }
            text.append('\n');
        }
    }

    private static String cell(OptionalDouble value, String large, String small) {
        if (value.isEmpty()) {
            return " |";
        }
        double number = value.getAsDouble();
        return " " + String.format(Locale.ROOT, number >= 100 ? large : small, number) + " |";
    }

    private List<String> others() {
        return names.stream().filter(name -> !name.equals(Compare.CULVERT)).toList();
    }

    static String machine() throws IOException {
        String processor =
                Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse("unknown processor");
        return Runtime.getRuntime().availableProcessors() + " x " + processor;
    }

    static String strongSwan() {
        return output("dpkg-query", "-W", "-f", "${Version}", "strongswan-charon");
    }

    /** The first line that a command prints. */
    static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().findFirst().orElse("unknown").strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
