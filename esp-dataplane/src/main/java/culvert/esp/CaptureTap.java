package culvert.esp;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Where a packet path shows its packets to a capture, when there is one. While there is none it
 * costs one look at a field for each batch, and a null check for each packet.
 */
final class CaptureTap {
    private static final VarHandle NEXT;

    static {
        try {
            NEXT =
                    MethodHandles.lookup()
                            .findVarHandle(CaptureTap.class, "next", CaptureRing.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Set by the control thread.
    @SuppressWarnings("unused") // through NEXT
    private @Nullable CaptureRing next;

    // The packet thread's own.
    private @Nullable CaptureRing ring;
    private long nowNanos;

    /** From any thread: from the next batch on packets go to this ring, or to none. */
    void connect(@Nullable CaptureRing to) {
        NEXT.setRelease(this, to);
    }

    void beginBatch(long batchNanos) {
        ring = (CaptureRing) NEXT.getAcquire(this);
        nowNanos = batchNanos;
    }

    void passed(MemorySegment packet, long offset, int lengthBytes) {
        CaptureRing to = ring;
        if (to != null) {
            to.offer(packet, offset, lengthBytes, null, nowNanos);
        }
    }

    void dropped(DropReason reason, MemorySegment packet, long offset, int lengthBytes) {
        CaptureRing to = ring;
        if (to != null) {
            to.offer(packet, offset, lengthBytes, reason, nowNanos);
        }
    }
}
