package culvert.ike;

import java.util.Optional;

/** How a tunnel stands and why, and what the log is told of it. */
final class TunnelCondition {
    private final String tunnel;
    private final EventLog log;
    private TunnelState state = TunnelState.DOWN;
    private Optional<Reason> reason = Optional.empty();
    private long upSinceNanos;

    TunnelCondition(String tunnel) {
        this.tunnel = tunnel;
        this.log = new EventLog(tunnel);
    }

    TunnelState state() {
        return state;
    }

    /** Why it is not up, or was not. */
    Optional<Reason> reason() {
        return reason;
    }

    /** Whether what ends now has lasted. */
    boolean wasStable(Turn turn) {
        return state == TunnelState.UP && turn.nowNanos() - upSinceNanos >= BackOff.STABLE_NANOS;
    }

    /** Says it when it is news. */
    void become(TunnelState now, Turn turn) {
        if (now == state) {
            return;
        }
        if (now == TunnelState.UP) {
            upSinceNanos = turn.nowNanos();
            reason = Optional.empty();
        }
        state = now;
        turn.emit(new IkeAction.TunnelStateChanged(tunnel, state, reason.map(Reason::text)));
    }

    /** Whoever did it knows it: the log is told nothing. */
    void because(Reason why) {
        reason = Optional.of(why);
    }

    void inform(String text, Turn turn) {
        log.info(text, turn);
    }

    /** Something keeps the tunnel from being up, or may. */
    void warn(Reason why, Turn turn) {
        reason = Optional.of(why);
        log.warn(why, turn);
    }

    /** The same, from someone who has at best the peer's address. */
    void warnOfStranger(Reason why, Turn turn) {
        reason = Optional.of(why);
        log.warnOfStranger(why, turn);
    }

    /** A fault of our own. */
    void error(String text, Turn turn) {
        log.error(text, turn);
    }

    /** What goes wrong from now on is news, even if it is the same again. */
    void recovered() {
        log.recovered();
    }
}
