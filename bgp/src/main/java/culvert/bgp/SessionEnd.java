package culvert.bgp;

import culvert.bgp.message.Cease;
import culvert.bgp.message.Negotiated;
import culvert.bgp.message.Notification;
import java.util.Optional;

/**
 * How a session ended.
 *
 * @param reason for people
 * @param notification the one that was sent or received
 * @param established the session had been established, on these terms
 */
record SessionEnd(
        Kind kind,
        String reason,
        Optional<Notification> notification,
        Optional<Negotiated> established) {

    enum Kind {
        /** Without a word: the connection was lost. */
        LOST,
        /** With our NOTIFICATION. */
        SENT,
        /** With the peer's NOTIFICATION. */
        RECEIVED
    }

    /** Whether connecting again at once would only bring the same end again. */
    boolean isProtocolError() {
        return notification
                .filter(
                        n ->
                                switch (n.code()) {
                                    case Notification.HOLD_TIMER_EXPIRED,
                                            Notification.SEND_HOLD_TIMER_EXPIRED ->
                                            false;
                                    default -> !n.isCollision();
                                })
                .isPresent();
    }

    /** Whether one side counts more prefixes than it takes, which only people can change. */
    boolean isAboutMaximumPrefixes() {
        return notification
                .filter(
                        n ->
                                n.code() == Notification.CEASE
                                        && n.subcode() == Cease.MAXIMUM_PREFIXES.subcode())
                .isPresent();
    }

    /** Whether the peer's routes may outlive the session (RFC 4724 4.2, RFC 8538 4). */
    boolean mayKeepRoutes() {
        if (established.isEmpty() || established.get().peerRestart().isEmpty()) {
            return false;
        }
        if (kind == Kind.LOST) {
            return true;
        }
        boolean alsoAfterNotification = established.get().notificationRestart();
        return alsoAfterNotification
                && notification
                        .filter(
                                n ->
                                        kind == Kind.RECEIVED
                                                ? !n.isHardReset()
                                                : n.code() != Notification.CEASE
                                                        && !isProtocolError())
                        .isPresent();
    }
}
