package culvert.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnQueueTest {
    private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private final TurnQueue queue = new TurnQueue(loop::add);

    @Test
    void doesOnePortionPerTurn() {
        queue.add(portions("a", 3));
        assertEquals(List.of("a1"), done);
        assertFalse(queue.isIdle());
        runOne();
        assertEquals(List.of("a1", "a2"), done);
        runOne();
        assertEquals(List.of("a1", "a2", "a3"), done);
        assertTrue(queue.isIdle());
        assertTrue(loop.isEmpty());
    }

    @Test
    void finishesWhatCameFirst() {
        queue.add(portions("a", 2));
        queue.add(portions("b", 2));
        runAll();
        assertEquals(List.of("a1", "a2", "b1", "b2"), done);
    }

    @Test
    void workThatWorkAddsComesLast() {
        queue.add(
                () -> {
                    queue.add(portions("late", 1));
                    done.add("first");
                    return false;
                });
        queue.add(portions("b", 1));
        runAll();
        assertEquals(List.of("first", "late1", "b1"), done);
        assertTrue(queue.isIdle());
    }

    @Test
    void beginsAtOnceAfterAnIdleTime() {
        queue.add(portions("a", 1));
        queue.add(portions("b", 1));
        assertEquals(List.of("a1", "b1"), done);
        assertTrue(loop.isEmpty());
    }

    private TurnQueue.Work portions(String name, int count) {
        int[] at = {0};
        return () -> {
            at[0]++;
            done.add(name + at[0]);
            return at[0] < count;
        };
    }

    private void runOne() {
        loop.remove().run();
    }

    private void runAll() {
        while (!loop.isEmpty()) {
            runOne();
        }
    }
}
