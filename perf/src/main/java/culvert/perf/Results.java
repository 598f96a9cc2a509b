package culvert.perf;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Numbers of one mode: per metric and contender one value for each round, in order. */
final class Results {
    private final Map<Metric, Map<String, List<Double>>> values = new EnumMap<>(Metric.class);

    void add(Metric metric, String contender, double value) {
        values.computeIfAbsent(metric, m -> new TreeMap<>())
                .computeIfAbsent(contender, c -> new ArrayList<>())
                .add(value);
    }

    List<Double> of(Metric metric, String contender) {
        return values.getOrDefault(metric, Map.of()).getOrDefault(contender, List.of());
    }

    OptionalDouble median(Metric metric, String contender) {
        return median(of(metric, contender));
    }

    /** The median of the ratios of the rounds: both values of a ratio are of one minute. */
    OptionalDouble ratio(Metric metric, String contender, String to) {
        List<Double> ours = of(metric, contender);
        List<Double> theirs = of(metric, to);
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            if (theirs.get(i) != 0) {
                ratios.add(ours.get(i) / theirs.get(i));
            }
        }
        return median(ratios);
    }

    static OptionalDouble median(List<Double> values) {
        if (values.isEmpty()) {
            return OptionalDouble.empty();
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return OptionalDouble.of(
                sorted.size() % 2 == 1
                        ? sorted.get(middle)
                        : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
    }
}
