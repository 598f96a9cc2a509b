package culvert.ike;

import java.time.Duration;

/**
 * When the peer last proved that it lives: by any authenticated packet, of IKE or of ESP (RFC 7296
 * 2.4).
 */
final class Liveness {
    private long intervalNanos;
    private long timeoutNanos;
    private long lastProofNanos;
    private long probeNanos;

    Liveness(Duration interval, Duration timeout, long nowNanos) {
        intervalNanos = interval.toNanos();
        timeoutNanos = timeout.toNanos();
        lastProofNanos = nowNanos;
        probeNanos = nowNanos + intervalNanos;
    }

    /** Counts with other times from the last proof on. */
    void retime(Duration interval, Duration timeout) {
        long longerNanos = interval.toNanos() - intervalNanos;
        intervalNanos = interval.toNanos();
        timeoutNanos = timeout.toNanos();
        probeNanos += longerNanos;
    }

    void proof(long atNanos) {
        if (atNanos - lastProofNanos > 0) {
            lastProofNanos = atNanos;
            probeNanos = atNanos + intervalNanos;
        }
    }

    boolean isProvenSince(long nanos) {
        return lastProofNanos - nanos > 0;
    }

    /** Makes the question due; the silence that proves a death still counts from the last proof. */
    void doubt(long nowNanos) {
        if (probeNanos - nowNanos > 0) {
            probeNanos = nowNanos;
        }
    }

    /** When to ask a peer that has been silent, or whose life is doubted. */
    long probeNanos() {
        return probeNanos;
    }

    /**
     * When a request that stays without answer means that the peer is dead: after the timeout's
     * silence, and not before the request had a few tries. A peer whose ESP flows while its IKE
     * does not answer is given up as well, only later.
     */
    long deadNanos(long requestStartedNanos) {
        long silentNanos = lastProofNanos + timeoutNanos;
        long earliestNanos = requestStartedNanos + Math.min(timeoutNanos, IkeTiming.DELETE_NANOS);
        long latestNanos = requestStartedNanos + Math.max(timeoutNanos, IkeTiming.REQUEST_NANOS);
        long deadNanos = silentNanos - earliestNanos > 0 ? silentNanos : earliestNanos;
        return deadNanos - latestNanos > 0 ? latestNanos : deadNanos;
    }
}
