package culvert.bgp;

import culvert.bgp.message.Open;

/**
 * What becomes of two connections with the same peer when the OPEN has come on one of them (RFC
 * 4271 6.8). Both speakers decide alike, each for itself.
 */
final class Collision {
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
     * @param session the one on which the OPEN has come
     */
    static Verdict of(
            BgpSession session, BgpSession other, Open theirs, BgpSpeakerSettings speaker) {
        return switch (other.state()) {
            case IDLE, CONNECT, ACTIVE, OPEN_SENT -> Verdict.BOTH_GO_ON;
            case OPEN_CONFIRM -> {
                boolean oursWins = isDominant(theirs, speaker);
                boolean thisWins =
                        session.isIncoming() == other.isIncoming()
                                ? !oursWins
                                : session.isIncoming() != oursWins;
                yield thisWins ? Verdict.OTHER_ENDS : Verdict.THIS_ENDS;
            }
            case ESTABLISHED ->
                    session.isIncoming() && other.negotiated().peerRestart().isPresent()
                            ? Verdict.OTHER_IS_GONE
                            : Verdict.THIS_ENDS;
        };
    }

    /** Whether the connection that we opened survives, rather than the one that the peer opened. */
    private static boolean isDominant(Open theirs, BgpSpeakerSettings speaker) {
        int order = Integer.compareUnsigned(speaker.bgpIdentifier(), theirs.bgpIdentifier());
        // RFC 6286 2.3: of equal identifiers, the larger AS number wins.
        return order != 0 ? order > 0 : Integer.compareUnsigned(speaker.asn(), theirs.asn()) > 0;
    }
}
