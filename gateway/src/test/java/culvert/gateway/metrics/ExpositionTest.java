package culvert.gateway.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionTest {
    private final Exposition page = new Exposition();

    @Test
    void familiesAndSamplesAreWrittenAsTheFormatSays() {
        page.counter("a_total", "One \\ two\nthree.")
                .sample(1, "x", "1", "y", "q\"\\\n")
                .sample((double) (1L << 52), "x", "2", "y", "");
        page.gauge("b_seconds", "Time.").sample(0.25);
        assertEquals(
                """
                # HELP a_total One \\\\ two\\nthree.
                # TYPE a_total counter
                a_total{x="1",y="q\\"\\\\\\n"} 1
                a_total{x="2",y=""} 4503599627370496
                # HELP b_seconds Time.
                # TYPE b_seconds gauge
                b_seconds 0.25
                """,
                page.toString());
        ParsedExposition parsed = ParsedExposition.parse(page.toString());
        assertEquals(1, parsed.value("a_total", Map.of("x", "1", "y", "q\"\\\n")));
        assertEquals(0.25, parsed.value("b_seconds", Map.of()));
    }

    @Test
    void namesThatTheConventionsRefuseAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> page.counter("a", "x"));
        assertThrows(IllegalArgumentException.class, () -> page.gauge("a_total", "x"));
        assertThrows(IllegalArgumentException.class, () -> page.gauge("a-b", "x"));
        assertThrows(
                IllegalArgumentException.class,
                () -> page.gauge("a", "x").sample(1, "bad label", "y"));
        page.gauge("b", "x");
        assertThrows(IllegalArgumentException.class, () -> page.gauge("b", "x"));
    }

    @Test
    void bucketsOfAHistogramAddUp() {
        Histogram histogram = new Histogram(0.5, 1);
        histogram.record(0.5);
        histogram.record(0.7);
        histogram.record(7);
        Exposition page = new Exposition();
        page.histogram("a_seconds", "x").sample(histogram, "t", "one");
        assertEquals(
                """
                # HELP a_seconds x
                # TYPE a_seconds histogram
                a_seconds_bucket{t="one",le="0.5"} 1
                a_seconds_bucket{t="one",le="1"} 2
                a_seconds_bucket{t="one",le="+Inf"} 3
                a_seconds_sum{t="one"} 8.2
                a_seconds_count{t="one"} 3
                """,
                page.toString());
        assertEquals(
                3,
                ParsedExposition.parse(page.toString())
                        .value("a_seconds_count", java.util.Map.of("t", "one")));
    }

    /** The parser of the tests must itself refuse what is wrong. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a 1",
                "# HELP a x\n# TYPE a gauge\na 1",
                "# HELP a x\n# TYPE a gauge\na  1\n",
                "# HELP a x\n# TYPE a gauge\na one\n",
                "# HELP a x\n# TYPE a gauge\na 1\na 2\n",
                "# HELP a x\n# TYPE a gauge\nb 1\n",
                "# HELP a x\n# TYPE a gauge\na{x=\"1} 1\n",
                "# HELP a x\n# TYPE a gauge\na{x=\"\\q\"} 1\n",
                "# HELP a x\n# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n",
                "# HELP a x\n# TYPE a gauge\na{x=\"1\"} 1\na 2\n",
                "# TYPE a gauge\na 1\n",
                "# HELP a x\n# TYPE a counter\na 1\n",
                "# HELP a_total x\n# TYPE a_total counter\na_total -1\n",
                "# HELP a x\n# TYPE a gauge\na 1\n# HELP b x\n# TYPE b gauge\nb 1\na{x=\"1\"} 1\n",
                "# HELP a x\n# TYPE a gauge\na 1\n# HELP a x\n# TYPE a gauge\n",
                "\n"
            })
    void theStrictParserRefuses(String text) {
        assertThrows(IllegalArgumentException.class, () -> ParsedExposition.parse(text));
    }
}
