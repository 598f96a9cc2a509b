package culvert.ike;

import java.util.Optional;

/** The lines of one tunnel; a warning that repeats itself is let through once a minute. */
final class EventLog {
    private final String tunnel;
    private Optional<Reason> lastWarning = Optional.empty();
    private long lastWarningNanos;
    private boolean strangerSeen;
    private long lastStrangerNanos;

    EventLog(String tunnel) {
        this.tunnel = tunnel;
    }

    void info(String text, Turn turn) {
        report(IkeEvent.Severity.INFO, Reason.of(text), turn);
    }

    void warn(Reason reason, Turn turn) {
        boolean repeated =
                lastWarning.equals(Optional.of(reason))
                        && turn.nowNanos() - lastWarningNanos < IkeTiming.REPEATED_EVENT_NANOS;
        if (!repeated) {
            lastWarning = Optional.of(reason);
            lastWarningNanos = turn.nowNanos();
            report(IkeEvent.Severity.WARNING, reason, turn);
        }
    }

    /** The tunnel came up: what goes wrong from now on is news, even if it is the same again. */
    void recovered() {
        lastWarning = Optional.empty();
        strangerSeen = false;
    }

    /** A warning whose cause nobody vouches for: once a minute, whatever it says. */
    void warnOfStranger(Reason reason, Turn turn) {
        if (!strangerSeen
                || turn.nowNanos() - lastStrangerNanos >= IkeTiming.REPEATED_EVENT_NANOS) {
            strangerSeen = true;
            lastStrangerNanos = turn.nowNanos();
            report(IkeEvent.Severity.WARNING, reason, turn);
        }
    }

    void error(String text, Turn turn) {
        report(IkeEvent.Severity.ERROR, Reason.of(text), turn);
    }

    private void report(IkeEvent.Severity severity, Reason reason, Turn turn) {
        turn.emit(
                new IkeAction.Report(
                        new IkeEvent(
                                tunnel,
                                severity,
                                reason.text(),
                                reason.peerSaid(),
                                reason.weSaid())));
    }
}
