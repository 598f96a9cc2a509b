package culvert.esp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The sequence numbers of an outbound SA: 1, 2, 3, ... and never again (RFC 4303 3.3.3). One
 * writer; anyone may read {@link #used}.
 */
final class SequenceCounter {
    /** What {@link #next} returns when every number has been used; no packet carries it. */
    static final long EXHAUSTED = 0;

    /** The last number that fits 32 bits. */
    static final long LAST = 0xFFFF_FFFFL;

    /** The last extended one; half of the numbers would outlast any SA, and a long holds them. */
    static final long LAST_EXTENDED = Long.MAX_VALUE;

    private static final VarHandle USED = handle();

    private final long last;
    private long used;

    SequenceCounter(boolean extended) {
        this(extended, 0);
    }

    /** A counter that has already given {@code used} numbers. */
    SequenceCounter(boolean extended, long used) {
        this.last = extended ? LAST_EXTENDED : LAST;
        this.used = used;
    }

    /** The next number, or {@link #EXHAUSTED}: the packet must not be sent then. */
    long next() {
        if (used == last) {
            return EXHAUSTED;
        }
        long next = used + 1;
        USED.setOpaque(this, next);
        return next;
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
