package culvert.bgp;

import java.util.Optional;

/**
 * How the established sessions with a peer have ended since the speaker began.
 *
 * @param lost without a word: the connection was lost
 * @param notified with our NOTIFICATION
 * @param byPeer with the peer's
 * @param lastError the last NOTIFICATION of either side, also of sessions that were never
 *     established
 */
public record SessionEnds(long lost, long notified, long byPeer, Optional<Codes> lastError) {
    public static final SessionEnds NONE = new SessionEnds(0, 0, 0, Optional.empty());

    /**
     * The codes of a NOTIFICATION (RFC 4271 4.5).
     *
     * @param sent by us, not received
     * @param code 0 to 255
     * @param subcode 0 to 255
     */
    public record Codes(boolean sent, int code, int subcode) {}

    SessionEnds and(SessionEnd.Kind kind) {
        return switch (kind) {
            case LOST -> new SessionEnds(lost + 1, notified, byPeer, lastError);
            case SENT -> new SessionEnds(lost, notified + 1, byPeer, lastError);
            case RECEIVED -> new SessionEnds(lost, notified, byPeer + 1, lastError);
        };
    }

    SessionEnds with(Codes error) {
        return new SessionEnds(lost, notified, byPeer, Optional.of(error));
    }
}
