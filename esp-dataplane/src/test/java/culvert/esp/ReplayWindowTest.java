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
import net.jqwik.api.constraints.LongRange;
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
            this(size, 0);
        }

        SlowWindow(int size, long top) {
            this.size = size;
            this.top = top;
        }

        /** RFC 4303 A2.2 as written there: by the halves of the highest number seen. */
        long inferred(long low) {
            long topLow = top & 0xFFFF_FFFFL;
            long topHigh = top >>> 32;
            long leftLow = (topLow - size + 1) & 0xFFFF_FFFFL;
            long high;
            if (topLow >= size - 1) {
                high = low >= leftLow ? topHigh : topHigh + 1;
            } else {
                high = low >= leftLow ? topHigh - 1 : topHigh;
            }
            return (high << 32) + low;
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
        boolean accepted = window.mayAccept(window.inferred((int) number));
        if (accepted) {
            window.markSeen(window.inferred((int) number));
        }
        return accepted;
    }

    @Property(tries = 300)
    void agreesWithTheSlowModel(
            @ForAll @IntRange(min = ReplayWindow.SMALLEST, max = ReplayWindow.LARGEST) int size,
            @ForAll("walks") List<Long> steps) {
        ReplayWindow window = new ReplayWindow(size, false);
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

    @Property(tries = 300)
    void agreesWithTheSlowModelAcrossTheEdgeOf32Bits(
            @ForAll @IntRange(min = ReplayWindow.SMALLEST, max = ReplayWindow.LARGEST) int size,
            @ForAll @LongRange(min = 0, max = 3) long edges,
            @ForAll @LongRange(min = -9000, max = 200) long offset,
            @ForAll("walks") List<Long> steps) {
        long top = Math.max(0, (edges << 32) + offset);
        ReplayWindow window = new ReplayWindow(size, true, top);
        SlowWindow slow = new SlowWindow(size, top);
        for (long step : steps) {
            int low = (int) (slow.top + step);
            long number = slow.inferred(Integer.toUnsignedLong(low));
            assertEquals(number, window.inferred(low));
            boolean expected = slow.mayAccept(number);
            assertEquals(expected, window.mayAccept(number), "number " + number);
            if (expected) {
                window.markSeen(number);
                slow.markSeen(number);
            }
        }
    }

    @Test
    void acceptsNumbersOfBothSidesOfTheEdgeOnce() {
        long edge = 1L << 32;
        ReplayWindow window = new ReplayWindow(64, true, edge - 2);
        assertTrue(take(window, edge + 1));
        assertTrue(take(window, edge));
        assertTrue(take(window, edge - 1));
        assertFalse(take(window, edge - 1));
        assertFalse(take(window, edge));
        assertEquals(edge - 62, window.inferred((int) (edge - 62)));
        // What is left of the window can only mean the next round, which the ICV then decides.
        assertEquals(2 * edge - 63, window.inferred((int) (edge - 63)));
    }

    @Test
    void beforeTheFirstPacketThereIsNothing() {
        ReplayWindow window = new ReplayWindow(64, true);
        assertFalse(take(window, 0));
        assertFalse(take(window, -1));
        assertFalse(take(window, -63));
        assertTrue(take(window, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 33, 63, 64, 65, 128, 1024, 4095, 4096})
    void acceptsTheLeftEdgeOnceAndNothingLeftOfIt(int size) {
        ReplayWindow window = new ReplayWindow(size, false);
        assertTrue(take(window, 10_000));
        assertTrue(take(window, 10_000 - size + 1));
        assertFalse(take(window, 10_000 - size + 1));
        assertFalse(take(window, 10_000 - size));
    }

    @Test
    void neverAcceptsZero() {
        ReplayWindow window = new ReplayWindow(64, false);
        assertFalse(window.mayAccept(0));
        assertTrue(take(window, 1));
        assertFalse(window.mayAccept(0));
    }

    @Test
    void comparesUnsigned() {
        ReplayWindow window = new ReplayWindow(64, false);
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
        ReplayWindow window = new ReplayWindow(64, false);
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
        assertThrows(IllegalArgumentException.class, () -> new ReplayWindow(size, false));
    }
}
