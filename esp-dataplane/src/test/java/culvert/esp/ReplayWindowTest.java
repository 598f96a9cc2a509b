package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {
    /** RFC 4303 3.4.3 in so many words. */
    private static final class SlowWindow {
        private final Set<Long> seen = new HashSet<>();
        private final long size;
        private long top;

        SlowWindow(int size) {
            this.size = size;
        }

        boolean mayAccept(long number) {
            return number > 0 && number > top - size && !seen.contains(number);
        }

        void markSeen(long number) {
            seen.add(number);
            top = Math.max(top, number);
        }
    }

    private static boolean take(ReplayWindow window, long number) {
        boolean accepted = window.mayAccept((int) number);
        if (accepted) {
            window.markSeen((int) number);
        }
        return accepted;
    }

    @Property(tries = 300)
    void agreesWithTheSlowModel(
            @ForAll @IntRange(min = ReplayWindow.SMALLEST, max = ReplayWindow.LARGEST) int size,
            @ForAll("walks") List<Long> steps) {
        ReplayWindow window = new ReplayWindow(size);
        SlowWindow slow = new SlowWindow(size);
        for (long step : steps) {
            long number = Math.clamp(slow.top + step, 0, 0xFFFF_FFFFL);
            boolean expected = slow.mayAccept(number);
            assertEquals(expected, take(window, number), "number " + number);
            if (expected) {
                slow.markSeen(number);
            }
        }
    }

    @Provide
    Arbitrary<List<Long>> walks() {
        return Arbitraries.frequencyOf(
                        Tuple.of(10, Arbitraries.longs().between(-70, 70)),
                        Tuple.of(5, Arbitraries.longs().between(-4200, 4200)),
                        Tuple.of(1, Arbitraries.longs().between(-1, 0xFFFF_FFFFL)))
                .list()
                .ofMaxSize(400);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 33, 63, 64, 65, 128, 1024, 4095, 4096})
    void acceptsTheLeftEdgeOnceAndNothingLeftOfIt(int size) {
        ReplayWindow window = new ReplayWindow(size);
        assertTrue(take(window, 10_000));
        assertTrue(take(window, 10_000 - size + 1));
        assertFalse(take(window, 10_000 - size + 1));
        assertFalse(take(window, 10_000 - size));
    }

    @Test
    void neverAcceptsZero() {
        ReplayWindow window = new ReplayWindow(64);
        assertFalse(window.mayAccept(0));
        assertTrue(take(window, 1));
        assertFalse(window.mayAccept(0));
    }

    @Test
    void comparesUnsigned() {
        ReplayWindow window = new ReplayWindow(64);
        assertTrue(take(window, 0x7FFF_FFFFL));
        assertTrue(take(window, 0x8000_0001L));
        assertTrue(take(window, 0x8000_0000L));
        assertTrue(take(window, 0xFFFF_FFFFL));
        assertFalse(take(window, 0xFFFF_FFFFL));
        assertFalse(take(window, 1));
        assertTrue(take(window, 0xFFFF_FFC0L));
        assertFalse(take(window, 0xFFFF_FFBFL));
    }

    @Test
    void forgetsTheOldRoundWhenTheRingIsReused() {
        ReplayWindow window = new ReplayWindow(64);
        for (long number = 1; number < 1000; number++) {
            assertTrue(take(window, number));
        }
        assertTrue(take(window, 1100));
        for (long number = 1100 - 63; number < 1100; number++) {
            assertTrue(take(window, number), "number " + number);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 31, 4097})
    void refusesOtherSizes(int size) {
        assertThrows(IllegalArgumentException.class, () -> new ReplayWindow(size));
    }
}
