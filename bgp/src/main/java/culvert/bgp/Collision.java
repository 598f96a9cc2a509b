package culvert.bgp;

import culvert.bgp.message.Open;
import java.time.Duration;

/**
 * What becomes of two connections with the same peer when the OPEN has come on one of them (RFC
 * 4271 6.8). Both speakers decide, each for itself, and should come to the same end.
 */
final class Collision {
    /** What a peer may take from its SYN to the last message that establishes another session. */
    private static final Duration SIMULTANEOUS = Duration.ofSeconds(10);

    private Collision() {}

    enum Verdict {
        /** Too early to tell: the other one is not known to be with the same speaker. */
        BOTH_GO_ON,
        THIS_ENDS,
        OTHER_ENDS,
        /** The peer restarted and has itself forgotten the other one (RFC 4724 4.2). */
        OTHER_IS_GONE
    }

    /**
     * Decides.
     *
     * @param session the one on which the OPEN has come
     */
    static Verdict of(
            BgpSession session, BgpSession other, Open theirs, BgpSpeakerSettings speaker) {
        return switch (other.state()) {
            case IDLE, CONNECT, ACTIVE, OPEN_SENT -> Verdict.BOTH_GO_ON;
            case OPEN_CONFIRM -> byIdentifier(session, other, theirs, speaker);
            case ESTABLISHED -> {
                if (isNewBeginning(session, other)) {
                    yield Verdict.OTHER_IS_GONE;
                }
                // An established session wins. But if our OPEN on this one went out before the
                // KEEPALIVE on the other, the peer had both before it was established there, and
                // has gone by the identifiers: to differ would end both.
                yield session.connectedNanos() < other.confirmedNanos()
                        ? byIdentifier(session, other, theirs, speaker)
                        : Verdict.THIS_ENDS;
            }
        };
    }

    /** The connection stays that was opened by the speaker with the higher identifier. */
    private static Verdict byIdentifier(
            BgpSession session, BgpSession other, Open theirs, BgpSpeakerSettings speaker) {
        int order = Integer.compareUnsigned(speaker.bgpIdentifier(), theirs.bgpIdentifier());
        if (order == 0) {
            // RFC 6286 2.3: of equal identifiers, the larger AS number wins.
            order = Integer.compareUnsigned(speaker.asn(), theirs.asn());
        }
        boolean ours = order > 0;
        boolean thisStays =
                session.isIncoming() == other.isIncoming() ? !ours : session.isIncoming() != ours;
        return thisStays ? Verdict.OTHER_ENDS : Verdict.THIS_ENDS;
    }

    /**
     * Whether the peer opened this connection because it lost the established one. Not if it came
     * about when that was established: then both sides connected at the same time.
     */
    private static boolean isNewBeginning(BgpSession session, BgpSession established) {
        return session.isIncoming()
                && established.negotiated().peerRestart().isPresent()
                && session.connectedNanos() - established.confirmedNanos() > SIMULTANEOUS.toNanos();
    }
}
