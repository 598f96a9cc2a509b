package culvert.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private final Results results = new Results();

    @Test
    void medianOfAnEvenNumberIsTheMiddleOfTwo() {
        assertEquals(OptionalDouble.of(2.5), Results.median(List.of(4.0, 1.0, 3.0, 2.0)));
        assertTrue(Results.median(List.of()).isEmpty());
    }

    /** A round in which the whole machine was slow counts like any other. */
    @Test
    void ratioIsTheMedianOfTheRoundsRatios() {
        double[][] rounds = {{100, 50}, {10, 5}, {900, 300}};
        for (double[] round : rounds) {
            results.add(Metric.TCP_1, "ours", round[0]);
            results.add(Metric.TCP_1, "theirs", round[1]);
        }

        assertEquals(OptionalDouble.of(2), results.ratio(Metric.TCP_1, "ours", "theirs"));
    }

    @Test
    void aRoundWithoutAnyTrafficGivesNoRatio() {
        results.add(Metric.TCP_1, "ours", 7);
        results.add(Metric.TCP_1, "theirs", 0);

        assertTrue(results.ratio(Metric.TCP_1, "ours", "theirs").isEmpty());
    }

    @Test
    void chartNamesEveryContender() {
        results.add(Metric.TCP_1, "ours", 7);
        results.add(Metric.TCP_1, "theirs", 14);

        String svg = new Chart(List.of("ours", "theirs"), results, new Results()).svg();

        assertTrue(svg.contains(">ours<") && svg.contains(">theirs<"), svg);
        assertTrue(svg.contains("width=\"520\"") && svg.contains("width=\"260\""), svg);
    }
}
