package culvert.bgp;

import culvert.bgp.BgpTimers.Timer;
import culvert.bgp.message.BgpMessage;
import culvert.bgp.message.DecodeError;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Open;
import java.time.Duration;
import java.util.Optional;

/** Events of RFC 4271 8.1, as one session sees them. */
sealed interface SessionEvent {

    /** Events 1 and 3: begin, connecting unless the peer shall. */
    record Start() implements SessionEvent {}

    /** Event 5: begin by listening, and connect after a while. */
    record StartListening(Duration connectAfter) implements SessionEvent {}

    /** Events 2, 8 and 23, and all that policy ends: tell the peer why, and go idle. */
    record Stop(Notification notification, String reason) implements SessionEvent {}

    /** Stop without a word: the peer itself has left this connection behind. */
    record Abandon(String reason) implements SessionEvent {}

    /** Events 16 and 17. */
    record Connected(long connectionId, boolean incoming, Open ours) implements SessionEvent {}

    /** Event 18 before there was a connection. */
    record ConnectFailed(String why) implements SessionEvent {}

    /** Event 18 of a connection that there was. */
    record ConnectionLost(String why) implements SessionEvent {}

    /** Event 9. */
    record ConnectRetryExpired() implements SessionEvent {}

    /** Event 10. */
    record HoldExpired() implements SessionEvent {}

    /** Event 11. */
    record KeepaliveExpired() implements SessionEvent {}

    /** Event 29 (RFC 9687). */
    record SendHoldExpired() implements SessionEvent {}

    /** Events 19 and 24 to 27. */
    record Received(BgpMessage message) implements SessionEvent {}

    /** Events 21, 22 and 28. */
    record Malformed(DecodeError error) implements SessionEvent {}

    /** The event of a timer that has run out; of several, the gravest. */
    static Optional<SessionEvent> takeExpired(BgpTimers timers, long nowNanos) {
        if (timers.takeExpired(Timer.SEND_HOLD, nowNanos)) {
            return Optional.of(new SendHoldExpired());
        }
        if (timers.takeExpired(Timer.HOLD, nowNanos)) {
            return Optional.of(new HoldExpired());
        }
        if (timers.takeExpired(Timer.CONNECT_RETRY, nowNanos)) {
            return Optional.of(new ConnectRetryExpired());
        }
        return timers.takeExpired(Timer.KEEPALIVE, nowNanos)
                ? Optional.of(new KeepaliveExpired())
                : Optional.empty();
    }
}
