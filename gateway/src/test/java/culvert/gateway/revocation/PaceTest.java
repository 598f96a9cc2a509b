package culvert.gateway.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void pausesDoubleUpToABound() {
        assertEquals(
                "PT5S PT10S PT20S PT40S PT1M20S",
                IntStream.rangeClosed(1, 5)
                        .mapToObj(failures -> Pace.USUAL.retryAfter(failures).toString())
                        .reduce((a, b) -> a + " " + b)
                        .orElseThrow());
        assertEquals(Duration.ofMinutes(30), Pace.USUAL.retryAfter(12));
        assertEquals(Duration.ofMinutes(30), Pace.USUAL.retryAfter(Integer.MAX_VALUE));
    }

    @Test
    void listsAreFetchedAnewInHalfOfTheirTime() {
        assertEquals(Duration.ofHours(12), Pace.USUAL.refreshAfter(Duration.ofDays(1)));
        assertEquals(Duration.ofDays(1), Pace.USUAL.refreshAfter(Duration.ofDays(365)));
        assertEquals(Duration.ofMinutes(1), Pace.USUAL.refreshAfter(Duration.ofSeconds(3)));
        assertEquals(Duration.ofMinutes(1), Pace.USUAL.refreshAfter(Duration.ofSeconds(-3)));
    }
}
