package culvert.esp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies of packets on their way from one packet thread to one reader. All of its memory is there
 * from the start; when the reader is slower than the packets, the newest are lost and counted. The
 * packet thread never waits.
 */
final class CaptureRing {
    /** Octets kept of a packet: more than any packet of an MTU of 1500. */
    static final int SNAP_BYTES = 2048;

    static final int SLOTS = 1024;

    private static final int PASSED = -1;
    private static final DropReason[] REASONS = DropReason.values();
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle LOST;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(CaptureRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(CaptureRing.class, "tail", long.class);
            LOST = lookup.findVarHandle(CaptureRing.class, "lost", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final CaptureFilter filter;
    private final byte[] octets = new byte[SLOTS * SNAP_BYTES];
    private final int[] lengths = new int[SLOTS];
    private final int[] fates = new int[SLOTS];
    private final long[] nanos = new long[SLOTS];

    // Written by the packet thread, and by the reader, and by the packet thread.
    private long head;
    private long tail;
    private long lost;

    CaptureRing(CaptureFilter filter) {
        this.filter = filter;
    }

    /**
     * On the packet thread.
     *
     * @param reason null when the packet was passed on
     */
    @SuppressWarnings("EnumOrdinal") // an index into memory that lives no longer than the enum
    void offer(
            MemorySegment packet,
            long offset,
            int lengthBytes,
            @Nullable DropReason reason,
            long nowNanos) {
        if (!filter.admits(packet, offset, lengthBytes)) {
            return;
        }
        if (head - (long) TAIL.getAcquire(this) == SLOTS) {
            LOST.setOpaque(this, lost + 1);
            return;
        }
        int slot = (int) (head % SLOTS);
        MemorySegment.copy(
                packet,
                ValueLayout.JAVA_BYTE,
                offset,
                octets,
                slot * SNAP_BYTES,
                Math.min(lengthBytes, SNAP_BYTES));
        lengths[slot] = lengthBytes;
        fates[slot] = reason == null ? PASSED : reason.ordinal();
        nanos[slot] = nowNanos;
        HEAD.setRelease(this, head + 1);
    }

    /** On the reader's thread: takes all that is there. */
    void drain(boolean inbound, PacketCapture.Reader reader) {
        long end = (long) HEAD.getAcquire(this);
        for (long at = tail; at < end; at++) {
            int slot = (int) (at % SLOTS);
            byte[] copy = new byte[Math.min(lengths[slot], SNAP_BYTES)];
            System.arraycopy(octets, slot * SNAP_BYTES, copy, 0, copy.length);
            DropReason reason = fates[slot] == PASSED ? null : REASONS[fates[slot]];
            reader.packet(
                    new CapturedPacket(
                            inbound,
                            Optional.ofNullable(reason),
                            nanos[slot],
                            lengths[slot],
                            copy));
        }
        TAIL.setRelease(this, end);
    }

    long lost() {
        return (long) LOST.getOpaque(this);
    }
}
