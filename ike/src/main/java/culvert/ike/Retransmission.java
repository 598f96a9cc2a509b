package culvert.ike;

import java.time.Duration;
import java.util.List;

/**
 * The schedule of one request: again after half a second, then after twice as long each time (RFC
 * 7296 2.4 leaves the numbers open). Only the initiator of an exchange retransmits.
 */
final class Retransmission {
    private static final long FIRST_NANOS = Duration.ofMillis(500).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(16).toNanos();

    private final List<byte[]> messages;
    private final long startedNanos;
    private int tries = 1;
    private long intervalNanos = FIRST_NANOS;

    /**
     * @param messages the message, or its fragments (RFC 7383 2.5.2: all of them go again)
     */
    Retransmission(List<byte[]> messages, long startedNanos) {
        this.messages = messages;
        this.startedNanos = startedNanos;
    }

    List<byte[]> messages() {
        return messages;
    }

    long startedNanos() {
        return startedNanos;
    }

    /** How often the message was sent. */
    int tries() {
        return tries;
    }

    void sentAgain() {
        tries++;
        intervalNanos = Math.min(2 * intervalNanos, LONGEST_NANOS);
    }

    /** When to send again; a tenth of jitter keeps peers that lost one link out of step. */
    long nextNanos(Turn turn) {
        return turn.nowNanos() + intervalNanos + turn.between(0, intervalNanos / 10);
    }
}
