package culvert.ike;

/**
 * The pause between attempts: random between one second and a bound that doubles up to a minute, so
 * that many peers of one failed network do not return in step. Separate from retransmission within
 * an attempt.
 */
final class BackOff {
    private static final int MAX_SECONDS = 60;

    /** An IKE SA that lived this long starts the count anew. */
    static final long STABLE_NANOS = IkeTiming.seconds(120);

    private int failures;

    int failures() {
        return failures;
    }

    void reset() {
        failures = 0;
    }

    long afterFailedAttemptNanos(Turn turn) {
        failures++;
        int bound = failures < 6 ? 1 << failures : MAX_SECONDS;
        return turn.between(IkeTiming.seconds(1), IkeTiming.seconds(bound));
    }

    /** The first loss of a tunnel that was stable is repaired at once. */
    long afterLossNanos(Turn turn) {
        if (failures == 0) {
            failures++;
            return 0;
        }
        return afterFailedAttemptNanos(turn);
    }
}
