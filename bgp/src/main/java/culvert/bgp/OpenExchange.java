package culvert.bgp;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.Capability;
import culvert.bgp.message.Capability.GracefulRestart;
import culvert.bgp.message.Capability.GracefulRestart.Preserved;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Octets;
import culvert.bgp.message.Open;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The OPEN that we send a peer, and what is wrong with the one it sends (RFC 4271 6.2). */
final class OpenExchange {
    private static final int BAD_PEER_AS = 2;
    private static final int BAD_BGP_IDENTIFIER = 3;
    private static final int UNACCEPTABLE_HOLD_TIME = 6;
    private static final int UNSUPPORTED_CAPABILITY = 7;

    private OpenExchange() {}

    /** Why the peer's OPEN is refused, with what it is told. */
    record Objection(Notification notification, String reason) {}

    /**
     * @param restarting this is our first session after a restart
     */
    static Open ours(BgpSpeakerSettings speaker, BgpPeerSettings peer, boolean restarting) {
        BgpSessionSettings session = peer.session();
        List<Capability> capabilities = new ArrayList<>();
        List<Preserved> preserved = new ArrayList<>();
        for (AddressFamily family : session.families()) {
            capabilities.add(Capability.MultiProtocol.of(family));
            // RFC 4724 4.2: the peer keeps the routes of every family that is listed, whatever its
            // F bit. Where packets do not flow without us it had better look for another way.
            if (session.preservesForwarding()) {
                preserved.add(new Preserved(family.afi(), family.safi(), true));
            }
        }
        capabilities.add(new Capability.RouteRefreshing());
        capabilities.add(new Capability.ExtendedMessages());
        capabilities.add(
                new GracefulRestart(
                        restarting, true, (int) session.restartTime().toSeconds(), preserved));
        capabilities.add(new Capability.FourOctetAs(speaker.asn()));
        capabilities.add(new Capability.EnhancedRouteRefresh());
        return new Open(
                speaker.asn(),
                (int) session.holdTime().toSeconds(),
                speaker.bgpIdentifier(),
                capabilities);
    }

    static Optional<Objection> objectionTo(Open theirs, Open ours, BgpPeerSettings peer) {
        if (theirs.asn() != peer.peerAsn()) {
            return objection(
                    BAD_PEER_AS,
                    Octets.EMPTY,
                    "the peer is AS %s, AS %s is configured"
                            .formatted(
                                    Integer.toUnsignedString(theirs.asn()),
                                    Integer.toUnsignedString(peer.peerAsn())));
        }
        // RFC 6286 2.2: within one AS the identifiers must differ.
        if (theirs.asn() == ours.asn() && theirs.bgpIdentifier() == ours.bgpIdentifier()) {
            return objection(
                    BAD_BGP_IDENTIFIER, Octets.EMPTY, "the peer has our own BGP identifier");
        }
        if (theirs.holdTimeSeconds() == 0 && ours.holdTimeSeconds() != 0) {
            // RFC 4271 4.2 lets us refuse. A session without timers never sees a dead peer.
            return objection(
                    UNACCEPTABLE_HOLD_TIME,
                    Octets.EMPTY,
                    "the peer wants no keepalives; set our hold time to 0 to agree");
        }
        for (AddressFamily family : peer.session().families()) {
            if (theirs.offers(family)) {
                return Optional.empty();
            }
        }
        // RFC 5492 5: the data names what we would need.
        AddressFamily wanted = peer.session().families().getFirst();
        Octets data = Octets.of(1, 4, wanted.afi() >>> 8, wanted.afi() & 0xFF, 0, wanted.safi());
        return objection(UNSUPPORTED_CAPABILITY, data, "the peer does not offer " + wanted);
    }

    private static Optional<Objection> objection(int subcode, Octets data, String reason) {
        return Optional.of(
                new Objection(new Notification(Notification.OPEN_ERROR, subcode, data), reason));
    }
}
