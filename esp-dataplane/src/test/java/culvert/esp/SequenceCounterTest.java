package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SequenceCounterTest {
    @Test
    void beginsAtOne() {
        SequenceCounter counter = new SequenceCounter(false);
        assertEquals(0, counter.used());
        assertEquals(1, counter.next());
        assertEquals(2, counter.next());
        assertEquals(2, counter.used());
    }

    @Test
    void givesTheLastNumberOnceAndNeverWraps() {
        SequenceCounter counter = new SequenceCounter(false, SequenceCounter.LAST - 1);
        assertEquals(SequenceCounter.LAST, counter.next());
        for (int i = 0; i < 3; i++) {
            assertEquals(SequenceCounter.EXHAUSTED, counter.next());
        }
        assertEquals(SequenceCounter.LAST, counter.used());
    }

    @Test
    void goesOnBeyond32BitsWhenExtended() {
        SequenceCounter counter = new SequenceCounter(true, SequenceCounter.LAST - 1);
        assertEquals(SequenceCounter.LAST, counter.next());
        assertEquals(1L << 32, counter.next());
        assertEquals((1L << 32) + 1, counter.next());
        assertEquals((1L << 32) + 1, counter.used());
    }
}
