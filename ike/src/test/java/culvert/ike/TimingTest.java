package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.certificate.FetchedLists;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Deadlines, liveness and back-off by themselves. */
class TimingTest {
    private enum Timer {
        ONE,
        TWO
    }

    private static Turn turn(long nowNanos, DeterministicRandom random) {
        return new Turn(
                nowNanos,
                0,
                random,
                new IkeSaTable(),
                new EspSpis(),
                new FetchedLists(),
                new IkeCounters());
    }

    @Test
    void timerFiresOnceAndNotEarly() {
        Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);
        deadlines.set(Timer.ONE, 100);

        assertFalse(deadlines.fires(Timer.ONE, 99));
        assertEquals(1, deadlines.remainingNanos(Timer.ONE, 99));
        assertTrue(deadlines.fires(Timer.ONE, 100));
        assertFalse(deadlines.fires(Timer.ONE, 101));
        assertEquals(Deadlines.NONE, deadlines.earliestNanos(101));
    }

    @Test
    void clockMayWrap() {
        Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);
        long now = Long.MAX_VALUE - 5;
        deadlines.set(Timer.ONE, now + 10);
        deadlines.set(Timer.TWO, now + 3);

        assertEquals(now + 3, deadlines.earliestNanos(now));
        assertFalse(deadlines.fires(Timer.ONE, now));
        assertTrue(deadlines.fires(Timer.TWO, now + 4));
        assertEquals(now + 10, deadlines.earliestNanos(now + 4));
        assertTrue(deadlines.fires(Timer.ONE, now + 10));
    }

    @Test
    void silenceIsCountedFromTheLastProof() {
        Liveness liveness = new Liveness(Duration.ofSeconds(10), Duration.ofSeconds(30), 0);
        liveness.proof(IkeTiming.seconds(5));
        liveness.proof(IkeTiming.seconds(3));

        assertEquals(IkeTiming.seconds(15), liveness.probeNanos());
        assertEquals(IkeTiming.seconds(35), liveness.deadNanos(IkeTiming.seconds(15)));
        // A request that was sent late gets a few tries all the same.
        assertEquals(IkeTiming.seconds(39), liveness.deadNanos(IkeTiming.seconds(34)));
    }

    @Test
    void packetsDoNotKeepAPeerAliveWhoseIkeIsDead() {
        Liveness liveness = new Liveness(Duration.ofSeconds(10), Duration.ofSeconds(30), 0);
        liveness.proof(IkeTiming.seconds(100));

        assertEquals(IkeTiming.seconds(80), liveness.deadNanos(IkeTiming.seconds(50)));
    }

    @Test
    void pausesGrowToAMinuteAndStayRandom() {
        DeterministicRandom random = new DeterministicRandom(1);
        for (int run = 0; run < 100; run++) {
            BackOff backOff = new BackOff();
            for (int failure = 1; failure <= 20; failure++) {
                long nanos = backOff.afterFailedAttemptNanos(turn(0, random));
                long bound = failure < 6 ? 1L << failure : 60;
                assertTrue(nanos >= IkeTiming.seconds(1) && nanos <= IkeTiming.seconds(bound));
            }
        }
    }

    @Test
    void firstLossIsRepairedAtOnce() {
        DeterministicRandom random = new DeterministicRandom(1);
        BackOff backOff = new BackOff();

        assertEquals(0, backOff.afterLossNanos(turn(0, random)));
        assertTrue(backOff.afterLossNanos(turn(0, random)) >= IkeTiming.seconds(1));
        backOff.reset();
        assertEquals(0, backOff.afterLossNanos(turn(0, random)));
    }

    @Test
    void spisAreNeverReservedNorUsedAgainSoon() {
        DeterministicRandom random = new DeterministicRandom(1);
        EspSpis spis = new EspSpis();
        java.util.Set<culvert.model.Spi> seen = new java.util.HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            culvert.model.Spi spi = spis.allocate(turn(0, random));
            assertFalse(spi.isReserved());
            assertTrue(seen.add(spi));
            spis.release(spi);
        }
    }
}
