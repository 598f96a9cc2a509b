package culvert.ike;

/**
 * When a NAT in front of us must see a packet again, so that it keeps our mapping (RFC 3948 4).
 * Anything that we send to the peer serves.
 */
final class Keepalive {
    private static final long INTERVAL_NANOS = IkeTiming.seconds(20);

    private long lastSentNanos;

    Keepalive(long nowNanos) {
        lastSentNanos = nowNanos;
    }

    void sent(long atNanos) {
        if (atNanos - lastSentNanos > 0) {
            lastSentNanos = atNanos;
        }
    }

    long dueNanos() {
        return lastSentNanos + INTERVAL_NANOS;
    }
}
