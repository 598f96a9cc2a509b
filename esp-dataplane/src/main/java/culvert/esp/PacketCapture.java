package culvert.esp;

/** A running capture of a tunnel's inner packets. One thread drains it. */
public final class PacketCapture {
    private final CaptureRing outbound;
    private final CaptureRing inbound;

    PacketCapture(CaptureFilter filter) {
        outbound = new CaptureRing(filter);
        inbound = new CaptureRing(filter);
    }

    /** Takes packets, those of one direction in their order. */
    public interface Reader {
        void packet(CapturedPacket packet);
    }

    CaptureRing outbound() {
        return outbound;
    }

    CaptureRing inbound() {
        return inbound;
    }

    /** Hands over all packets that came since the last call. */
    public void drain(Reader reader) {
        outbound.drain(false, reader);
        inbound.drain(true, reader);
    }

    /** Packets that were wanted and lost, because nobody drained in time. */
    public long lost() {
        return outbound.lost() + inbound.lost();
    }
}
