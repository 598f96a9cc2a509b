package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SequenceCounterTest {
    @Test
    void beginsAtOne() {
        SequenceCounter counter = new SequenceCounter();
        assertEquals(0, counter.used());
        assertEquals(1, counter.next());
        assertEquals(2, counter.next());
        assertEquals(2, counter.used());
    }

    @Test
    void givesTheLastNumberOnceAndNeverWraps() {
        SequenceCounter counter = new SequenceCounter(SequenceCounter.LAST - 1);
        assertEquals(-1, counter.next());
        for (int i = 0; i < 3; i++) {
            assertEquals(SequenceCounter.EXHAUSTED, counter.next());
        }
        assertEquals(SequenceCounter.LAST, counter.used());
    }
}
