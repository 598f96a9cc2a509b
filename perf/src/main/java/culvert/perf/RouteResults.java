package culvert.perf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Numbers by row and column, one for each round; rows and columns in the order of their first.
 * Where contenders stand beside each other, their ratio does too.
 */
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
                List<String> titles = new ArrayList<>(columns);
                if (hasContenders(row.getValue())) {
                    titles.add(Routes.CULVERT + " / " + Routes.BIRD);
                }
                text.append("\n| median (all values) | ")
                        .append(String.join(" | ", titles))
                        .append(" |\n|---|")
                        .append("---:|".repeat(titles.size()))
                        .append('\n');
            }
            text.append("| ").append(row.getKey()).append(" |");
            row.getValue().values().forEach(all -> text.append(cell(all)));
            if (hasContenders(row.getValue())) {
                text.append(ratio(row.getValue()));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static boolean hasContenders(Map<String, List<Double>> row) {
        return row.keySet().containsAll(List.of(Routes.CULVERT, Routes.BIRD));
    }

    /** The median of the ratios of the rounds: both values of a ratio are of one minute. */
    private static String ratio(Map<String, List<Double>> row) {
        List<Double> ours = row.getOrDefault(Routes.CULVERT, List.of());
        List<Double> theirs = row.getOrDefault(Routes.BIRD, List.of());
        var ratios = new ArrayList<Double>();
        for (int round = 0; round < Math.min(ours.size(), theirs.size()); round++) {
            if (theirs.get(round) > 0) {
                ratios.add(ours.get(round) / theirs.get(round));
            }
        }
        return Results.median(ratios).isPresent()
                ? String.format(Locale.ROOT, " %.2f |", Results.median(ratios).getAsDouble())
                : " |";
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
