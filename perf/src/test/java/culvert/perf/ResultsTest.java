package culvert.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        for (int i = 0; i < rounds.length; i++) {
            results.begin(i);
            results.add(Metric.TCP_1, "ours", rounds[i][0]);
            results.add(Metric.TCP_1, "theirs", rounds[i][1]);
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
    void comparesOnlyRoundsInWhichBothWereMeasured() {
        results.add(Metric.TCP_1, "ours", 100);
        results.failed("TCP of theirs", new PerfException("no answer\nand a log"));
        results.begin(1);
        results.add(Metric.TCP_1, "ours", 30);
        results.add(Metric.TCP_1, "theirs", 10);
        results.begin(2);
        results.add(Metric.TCP_1, "theirs", 999);

        assertEquals(OptionalDouble.of(3), results.ratio(Metric.TCP_1, "ours", "theirs"));
        assertEquals(OptionalDouble.of(65), results.median(Metric.TCP_1, "ours"));
        assertEquals(List.of("TCP of theirs in round 1: no answer"), results.failures());
    }

    @Test
    void aReportOfHalfAComparisonNamesWhatFailed(@TempDir Path directory) throws IOException {
        results.add(Metric.UDP_64, "theirs", 14);
        results.failed("TCP of ours", new PerfException("the server gave up"));
        Results wire = new Results();
        wire.failed("round trips of theirs", new PerfException("none came back"));

        new Report(List.of("ours", "theirs"), 3, results, wire, 0.5)
                .write(directory, Path.of("/bin/true"));

        String text = Files.readString(directory.resolve("RESULTS.md"));
        assertTrue(
                text.contains("- not measured: TCP of ours in round 1: the server gave up\n"),
                text);
        assertTrue(
                text.contains(
                        "- not measured in wire mode: round trips of theirs in round 1: none came"
                                + " back\n"),
                text);
        assertTrue(text.contains(" 14.0 |"), text);
        assertTrue(!text.contains("### Links without offloads"), text);
        assertTrue(Files.exists(directory.resolve("results.svg")));
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
