package culvert.perf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Numbers by row and column, one for each round; rows and columns in the order of their first. */
final class RouteResults {
    private final Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();

    void add(String row, String column, double value) {
        values.computeIfAbsent(row, r -> new LinkedHashMap<>())
                .computeIfAbsent(column, c -> new ArrayList<>())
                .add(value);
    }

    /** Tables of medians in Markdown: rows with the same columns share one. */
    String table() {
        var text = new StringBuilder();
        Set<String> columns = Set.of();
        for (Map.Entry<String, Map<String, List<Double>>> row : values.entrySet()) {
            if (!row.getValue().keySet().equals(columns)) {
                columns = new LinkedHashSet<>(row.getValue().keySet());
                text.append("\n| median (all values) | ")
                        .append(String.join(" | ", columns))
                        .append(" |\n|---|")
                        .append("---:|".repeat(columns.size()))
                        .append('\n');
            }
            text.append("| ").append(row.getKey()).append(" |");
            row.getValue().values().forEach(all -> text.append(cell(all)));
            text.append('\n');
        }
        return text.toString();
    }

    private static String cell(List<Double> all) {
        var each = new ArrayList<String>();
        if (all.size() <= 5) {
            all.forEach(value -> each.add(whole(value)));
        } else {
            each.add("up to " + whole(all.stream().max(Double::compare).orElseThrow()));
        }
        return " %s (%s) |"
                .formatted(whole(Results.median(all).orElseThrow()), String.join(", ", each));
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }
}
