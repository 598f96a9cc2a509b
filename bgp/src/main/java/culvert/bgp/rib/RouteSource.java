package culvert.bgp.rib;

import culvert.bgp.message.AddressFamily;
import java.net.InetAddress;

/**
 * Whom a route was heard from.
 *
 * @param peer name of the peer; empty for our own routes
 * @param asn AS number of the peer, unsigned
 * @param external the peer belongs to another AS
 * @param bgpIdentifier BGP identifier of the peer, unsigned
 * @param address the peer's end of the session
 */
public record RouteSource(
        String peer,
        PeerKind kind,
        int asn,
        boolean external,
        int bgpIdentifier,
        InetAddress address) {

    /** The source of what this gateway originates. */
    public static RouteSource local(int asn, int bgpIdentifier) {
        return new RouteSource(
                "", PeerKind.LAN, asn, false, bgpIdentifier, InetAddress.ofLiteral("0.0.0.0"));
    }

    public boolean isLocal() {
        return peer.isEmpty();
    }

    AddressFamily addressFamily() {
        return AddressFamily.of(address);
    }
}
