package culvert.perf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Numbers of one mode: per metric and contender one value for each round in which it could be
 * measured, and what could not.
 */
final class Results {
    private final Map<Metric, Map<String, SortedMap<Integer, Double>>> values =
            new EnumMap<>(Metric.class);
    private final List<String> failures = new ArrayList<>();
    private int round;

    /** What is added from now on belongs to this round. */
    void begin(int roundNumber) {
        round = roundNumber;
    }

    void add(Metric metric, String contender, double value) {
        values.computeIfAbsent(metric, m -> new TreeMap<>())
                .computeIfAbsent(contender, c -> new TreeMap<>())
                .put(round, value);
    }

    /** One measurement, or a whole contender, gave no number. */
    void failed(String what, RuntimeException cause) {
        String words = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        failures.add(what + " in round " + (round + 1) + ": " + words);
    }

    /** In the order in which they happened. */
    List<String> failures() {
        return Collections.unmodifiableList(failures);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    boolean has(Metric metric) {
        return values.containsKey(metric);
    }

    private SortedMap<Integer, Double> of(Metric metric, String contender) {
        return values.getOrDefault(metric, Map.of())
                .getOrDefault(contender, Collections.emptySortedMap());
    }

    OptionalDouble median(Metric metric, String contender) {
        return median(List.copyOf(of(metric, contender).values()));
    }

    /** The median of the ratios of the rounds: both values of a ratio are of one minute. */
    OptionalDouble ratio(Metric metric, String contender, String to) {
        SortedMap<Integer, Double> theirs = of(metric, to);
        var ratios = new ArrayList<Double>();
        of(metric, contender)
                .forEach(
                        (number, ours) -> {
                            double other = theirs.getOrDefault(number, 0.0);
                            if (other != 0) {
                                ratios.add(ours / other);
                            }
                        });
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
