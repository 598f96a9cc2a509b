package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CommandQueueTest {
    @Test
    void givesCommandsInOrderAndRefusesMoreThanItsCapacity() {
        CommandQueue<Integer> queue = new CommandQueue<>();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < CommandQueue.CAPACITY; i++) {
                assertTrue(queue.offer(i));
            }
            assertFalse(queue.offer(99));
            for (int i = 0; i < CommandQueue.CAPACITY; i++) {
                assertEquals(i, queue.poll());
            }
            assertNull(queue.poll());
        }
    }

    @Test
    void losesNothingBetweenTwoThreads() throws InterruptedException {
        CommandQueue<Integer> queue = new CommandQueue<>();
        int count = 200_000;
        Thread producer =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    for (int i = 0; i < count; i++) {
                                        while (!queue.offer(i)) {
                                            Thread.onSpinWait();
                                        }
                                    }
                                });
        for (int expected = 0; expected < count; ) {
            Integer got = queue.poll();
            if (got != null) {
                assertEquals(expected++, got);
            }
        }
        producer.join();
    }
}
