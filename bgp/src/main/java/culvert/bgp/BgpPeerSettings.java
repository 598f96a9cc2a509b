package culvert.bgp;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.rib.ExportPolicy;
import culvert.bgp.rib.ImportPolicy;
import culvert.bgp.rib.PeerKind;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * One peer.
 *
 * @param name what the peer goes by in inputs, actions and status: for a tunnel the tunnel's name;
 *     not empty
 * @param peerAsn AS number that the peer must have, unsigned; our own makes it an internal peer
 * @param peerAddress the peer's end of the session
 * @param localAddresses our addresses on the link: the first of each family is the next hop of what
 *     we announce
 */
public record BgpPeerSettings(
        String name,
        PeerKind kind,
        int peerAsn,
        InetAddress peerAddress,
        List<InetAddress> localAddresses,
        BgpSessionSettings session,
        ImportPolicy imports,
        ExportPolicy exports) {

    public BgpPeerSettings {
        localAddresses = List.copyOf(localAddresses);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a peer needs a name");
        }
        if (peerAsn == 0) {
            throw new IllegalArgumentException("AS 0 is reserved (RFC 7607)");
        }
    }

    /** The same peer, told of routes in another way. */
    public BgpPeerSettings withExports(ExportPolicy changed) {
        return new BgpPeerSettings(
                name, kind, peerAsn, peerAddress, localAddresses, session, imports, changed);
    }

    Optional<InetAddress> localAddress(AddressFamily family) {
        return localAddresses.stream().filter(a -> AddressFamily.of(a) == family).findFirst();
    }

    /** Whether a session under these settings is the same as under the others. */
    boolean keepsSessionOf(BgpPeerSettings other) {
        return kind == other.kind
                && peerAsn == other.peerAsn
                && peerAddress.equals(other.peerAddress)
                && localAddresses.equals(other.localAddresses)
                && session.equals(other.session);
    }
}
