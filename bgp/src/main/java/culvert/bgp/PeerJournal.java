package culvert.bgp;

import culvert.bgp.message.DecodeError;
import culvert.bgp.message.Negotiated;
import culvert.bgp.message.Notification;
import java.time.Duration;
import java.util.List;

/** What people are told of a peer: its state and what led there, and what went wrong. */
final class PeerJournal {
    private final String peer;
    private final Outbox outbox;
    private final MessageTally messages = new MessageTally();
    private BgpState reported = BgpState.IDLE;
    private String reason = "not enabled yet";
    private String lastNotification = "";
    private SessionEnds ends = SessionEnds.NONE;
    private long establishedNanos;
    private int timesEstablished;
    private long malformedUpdates;

    PeerJournal(String peer, Outbox outbox) {
        this.peer = peer;
        this.outbox = outbox;
    }

    /** What the state that is reported next is due to. */
    void because(String reason) {
        this.reason = reason;
    }

    void state(BgpState state) {
        if (state != reported) {
            reported = state;
            outbox.add(new BgpAction.PeerStateChanged(peer, state, reason));
        }
    }

    void established(Negotiated negotiated, int peerAsn, long nowNanos) {
        establishedNanos = nowNanos;
        timesEstablished++;
        reason = "established";
        report(
                BgpEvent.Kind.SESSION_ESTABLISHED,
                "session with AS %s established, hold time %d s, %s"
                        .formatted(
                                Integer.toUnsignedString(peerAsn),
                                negotiated.holdTimeSeconds(),
                                negotiated.families()));
    }

    void ended(SessionEnd end) {
        end.notification().ifPresent(n -> notification(n, end));
        if (end.established().isPresent()) {
            ends = ends.and(end.kind());
            report(BgpEvent.Kind.SESSION_ENDED, end.reason());
        }
    }

    private void notification(Notification notification, SessionEnd end) {
        boolean sent = end.kind() == SessionEnd.Kind.SENT;
        if (notification.isCollision()) {
            report(
                    BgpEvent.Kind.COLLISION_RESOLVED,
                    "of two connections, one was closed by " + (sent ? "us" : "the peer"));
            return;
        }
        ends = ends.with(new SessionEnds.Codes(sent, notification.code(), notification.subcode()));
        lastNotification = (sent ? "sent: " : "received: ") + notification.describe();
        report(
                sent ? BgpEvent.Kind.NOTIFICATION_SENT : BgpEvent.Kind.NOTIFICATION_RECEIVED,
                lastNotification + (sent ? " (" + end.reason() + ")" : ""));
    }

    void refused() {
        report(
                BgpEvent.Kind.CONNECTION_REFUSED,
                "a connection from the peer is refused: " + reason);
    }

    /** A peer may go on with it for ever: told of the 1st, 2nd, 4th, 8th ... such UPDATE. */
    void tolerated(List<DecodeError> errors) {
        if (errors.isEmpty()) {
            return;
        }
        malformedUpdates++;
        if (Long.bitCount(malformedUpdates) == 1) {
            DecodeError first = errors.getFirst();
            report(
                    BgpEvent.Kind.MALFORMED_UPDATE,
                    "%s (%s); %d UPDATEs were malformed so far"
                            .formatted(first.what(), first.handling(), malformedUpdates));
        }
    }

    void report(BgpEvent.Kind kind, String text) {
        outbox.report(kind, peer, text);
    }

    String reason() {
        return reason;
    }

    /** The last NOTIFICATION in words and who sent it; empty when there was none. */
    String lastNotification() {
        return lastNotification;
    }

    SessionEnds ends() {
        return ends;
    }

    MessageTally messages() {
        return messages;
    }

    long malformedUpdates() {
        return malformedUpdates;
    }

    int timesEstablished() {
        return timesEstablished;
    }

    Duration sinceEstablished(long nowNanos) {
        return Duration.ofNanos(nowNanos - establishedNanos);
    }
}
