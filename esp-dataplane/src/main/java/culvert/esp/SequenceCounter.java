package culvert.esp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The sequence numbers of an outbound SA: 1, 2, 3, ... and never again (RFC 4303 3.3.3). One
 * writer; anyone may read {@link #used}.
 */
final class SequenceCounter {
    /** What {@link #next} returns when every number has been used; no packet carries it. */
    static final int EXHAUSTED = 0;

    /** The last number that fits 32 bits. */
    static final long LAST = 0xFFFF_FFFFL;

    private static final VarHandle USED = handle();

    private long used;

    SequenceCounter() {
        this(0);
    }

    /** A counter that has already given {@code used} numbers. */
    SequenceCounter(long used) {
        this.used = used;
    }

    /** The next number, or {@link #EXHAUSTED}: the packet must not be sent then. */
    int next() {
        if (used == LAST) {
            return EXHAUSTED;
        }
        long next = used + 1;
        USED.setOpaque(this, next);
        return (int) next;
    }

    /** How many numbers have been given out. */
    long used() {
        return (long) USED.getOpaque(this);
    }

    private static VarHandle handle() {
        try {
            return MethodHandles.lookup().findVarHandle(SequenceCounter.class, "used", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
