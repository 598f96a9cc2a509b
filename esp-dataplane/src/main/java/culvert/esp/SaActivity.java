package culvert.esp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What one SA has carried: written by its thread alone, read by anyone. */
final class SaActivity {
    private static final VarHandle PACKETS = handle("packets");
    private static final VarHandle BYTES = handle("bytes");
    private static final VarHandle LAST_PACKET_NANOS = handle("lastPacketNanos");

    private long packets;
    private long bytes;

    @SuppressWarnings("UnusedVariable") // through its VarHandle alone
    private long lastPacketNanos;

    /** Counts one packet. */
    void packet(int packetBytes, long nowNanos) {
        LAST_PACKET_NANOS.setOpaque(this, nowNanos);
        BYTES.setOpaque(this, bytes + packetBytes);
        PACKETS.setOpaque(this, packets + 1);
    }

    long packets() {
        return (long) PACKETS.getOpaque(this);
    }

    long bytes() {
        return (long) BYTES.getOpaque(this);
    }

    long lastPacketNanos() {
        return (long) LAST_PACKET_NANOS.getOpaque(this);
    }

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(SaActivity.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
