package culvert.esp;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue from the control thread to one path's thread: one producer, one consumer, no
 * locks. What the producer did before {@link #offer} is visible after {@link #poll}.
 */
final class CommandQueue<T> {
    /** Far more SA changes than one tunnel can have on the way. */
    static final int CAPACITY = 64;

    private final AtomicReferenceArray<@Nullable T> slots = new AtomicReferenceArray<>(CAPACITY);
    private int head; // the consumer's
    private int tail; // the producer's

    /** False when the consumer has fallen {@link #CAPACITY} commands behind. */
    boolean offer(T command) {
        int slot = tail % CAPACITY;
        if (slots.getAcquire(slot) != null) {
            return false;
        }
        slots.setRelease(slot, command);
        tail = slot + 1;
        return true;
    }

    /** The oldest command, or null when there is none. */
    @Nullable T poll() {
        int slot = head % CAPACITY;
        T command = slots.getAcquire(slot);
        if (command != null) {
            slots.setRelease(slot, null);
            head = slot + 1;
        }
        return command;
    }
}
