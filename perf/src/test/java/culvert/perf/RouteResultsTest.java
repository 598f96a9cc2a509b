package culvert.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RouteResultsTest {
    @Test
    void contendersGetTheMedianOfTheRatiosOfTheirRounds() {
        var results = new RouteResults();
        for (double[] round : new double[][] {{1000, 500}, {2000, 500}, {1000, 750}}) {
            results.add("learned, ms", Routes.BIRD, round[0]);
            results.add("learned, ms", Routes.CULVERT, round[1]);
        }
        assertEquals(
                """

                | median (all values) | BIRD | Culvert | Culvert / BIRD |
                |---|---:|---:|---:|
                | learned, ms | 1,000 (1,000, 2,000, 1,000) | 500 (500, 500, 750) | 0.50 |
                """,
                results.table());
    }

    @Test
    void otherRowsHaveATableOfTheirOwn() {
        var results = new RouteResults();
        results.add("silent death, ms", "1 prefix", 700);
        assertEquals(
                """

                | median (all values) | 1 prefix |
                |---|---:|
                | silent death, ms | 700 (700) |
                """,
                results.table());
    }
}
