package culvert.ike;

import java.util.OptionalLong;

/** When a tunnel's next attempt to establish an IKE SA may begin, and where it knocks. */
final class Attempts {
    private enum Timer {
        /** The back-off is over. */
        ATTEMPT
    }

    private final Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);
    private final BackOff backOff = new BackOff();
    private int count;
    private int initPort = IkePorts.IKE;

    /** The next one may begin at once, and nothing is held against it. */
    void beginAnew() {
        forgive();
        mayBegin();
    }

    /** What failed before the tunnel was stable counts no more. */
    void forgive() {
        backOff.reset();
        count = 0;
    }

    /** The next one may begin at once; how often earlier ones failed still counts. */
    void mayBegin() {
        deadlines.clear(Timer.ATTEMPT);
    }

    long pauseAfterFailureNanos(Turn turn) {
        return backOff.afterFailedAttemptNanos(turn);
    }

    long pauseAfterLossNanos(Turn turn) {
        return backOff.afterLossNanos(turn);
    }

    void after(long nanos, Turn turn) {
        deadlines.set(Timer.ATTEMPT, turn.nowNanos() + nanos);
    }

    /** Whether no back-off holds the next one up any more. */
    boolean isDue(long nowNanos) {
        deadlines.fires(Timer.ATTEMPT, nowNanos);
        return !deadlines.isSet(Timer.ATTEMPT);
    }

    void begun() {
        count++;
    }

    /** Since the tunnel was last stable. */
    int count() {
        return count;
    }

    /** Where the next one sends IKE_SA_INIT, from the same port of ours. */
    int initPort() {
        return initPort;
    }

    /**
     * Total silence may be a firewall that knows one port only. RFC 7296 2.23 lets an initiator
     * begin on 4500, NAT or not; what worked last is kept.
     */
    void initUnanswered() {
        initPort = initPort == IkePorts.IKE ? IkePorts.NAT_TRAVERSAL : IkePorts.IKE;
    }

    long nextDeadlineNanos(long nowNanos) {
        return deadlines.earliestNanos(nowNanos);
    }

    /** When the back-off ends; empty when there is none. */
    OptionalLong secondsLeft(long nowNanos) {
        return deadlines.isSet(Timer.ATTEMPT)
                ? OptionalLong.of(
                        IkeTiming.wholeSeconds(deadlines.remainingNanos(Timer.ATTEMPT, nowNanos)))
                : OptionalLong.empty();
    }
}
