package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.IkeInput;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PathMendingTest {
    private long millis;
    private int questions;
    private final EmbeddedChannel time = new EmbeddedChannel();
    private final Set<String> silent = new HashSet<>();
    private final List<Long> rekeysMillis = new ArrayList<>();
    private final PathMending mending =
            new PathMending(
                    time.eventLoop(),
                    tunnel -> silent.contains(tunnel) ? Optional.of("no answer") : Optional.empty(),
                    this::take);

    PathMendingTest() {
        time.freezeTime();
    }

    private void take(IkeInput input) {
        if (input instanceof IkeInput.RekeyChildSa) {
            rekeysMillis.add(millis);
        } else {
            assertInstanceOf(IkeInput.CheckLiveness.class, input);
            questions++;
        }
    }

    private void pass(Duration duration) {
        for (long i = 0; i < duration.toMillis(); i += 100) {
            time.advanceTimeBy(100, TimeUnit.MILLISECONDS);
            millis += 100;
            time.runScheduledPendingTasks();
        }
    }

    private void silent(String tunnel) {
        silent.add(tunnel);
        mending.silent(tunnel);
    }

    @Test
    void pathThatRecoversByItselfIsLeftAlone() {
        silent("a");
        pass(Duration.ofMillis(900));
        silent.clear();
        pass(Duration.ofHours(1));

        assertEquals(List.of(), rekeysMillis);
    }

    @Test
    void rekeyOfAPathThatStaysSilentMendsIt() {
        silent("a");
        assertEquals(1, questions);
        pass(Duration.ofSeconds(1));
        assertEquals(List.of(1000L), rekeysMillis);
        silent.clear();
        pass(Duration.ofHours(1));

        assertEquals(1, rekeysMillis.size());
    }

    @Test
    void silenceThatReturnsHasTheWholeWaitBeforeItAgain() {
        silent("a");
        pass(Duration.ofMillis(700));
        silent.clear();
        silent("a");
        pass(Duration.ofMillis(900));
        assertEquals(List.of(), rekeysMillis);
        pass(Duration.ofMillis(100));
        assertEquals(List.of(1700L), rekeysMillis);
    }

    @Test
    void refusedRekeysAreRepeatedEverMoreRarely() {
        silent("a");
        pass(Duration.ofHours(2));

        assertEquals(List.of(1000L, 3000L, 7000L, 15_000L, 31_000L), rekeysMillis.subList(0, 5));
        assertTrue(rekeysMillis.size() <= 10 + 2 * 6, rekeysMillis::toString);
        int last = rekeysMillis.size() - 1;
        assertEquals(600_000, rekeysMillis.get(last) - rekeysMillis.get(last - 1));
    }

    @Test
    void peerThatAnswersNowAndThenIsNotRekeyedAllTheTime() {
        for (int i = 0; i < 3600; i++) {
            silent("a");
            pass(Duration.ofMillis(900));
            silent.clear();
            pass(Duration.ofMillis(100));
        }
        assertEquals(List.of(), rekeysMillis);
        for (int i = 0; i < 60; i++) {
            silent("a");
            pass(Duration.ofMinutes(1));
            silent.clear();
        }
        assertTrue(rekeysMillis.size() <= 12, rekeysMillis::toString);
    }

    @Test
    void afterALongPeaceTheWaitIsShortAgain() {
        silent("a");
        pass(Duration.ofSeconds(20));
        silent.clear();
        pass(Duration.ofMinutes(30));
        int before = rekeysMillis.size();
        silent("a");
        pass(Duration.ofSeconds(2));

        assertEquals(before + 1, rekeysMillis.size());
    }

    @Test
    void tunnelThatIsGoneIsForgotten() {
        silent("a");
        silent("b");
        mending.forget("a");
        mending.forget("never there");
        pass(Duration.ofSeconds(2));
        assertEquals(1, rekeysMillis.size());
        mending.close();
        pass(Duration.ofHours(1));
        assertEquals(1, rekeysMillis.size());
    }
}
