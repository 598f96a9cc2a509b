package culvert.ike;

import culvert.ike.certificate.DistributionPoint;
import culvert.model.InboundSaParameters;
import culvert.model.OutboundSaParameters;
import culvert.model.Spi;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/** What the driver must do, in the order of the list that {@link IkeEndpoint#handle} returns. */
public sealed interface IkeAction {

    /**
     * Send a datagram; when the local port is 4500, behind the non-ESP marker (RFC 3948 2.2).
     *
     * @param message without the marker; handed over, not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // goes straight to a socket, is never compared
    record Transmit(InetSocketAddress local, InetSocketAddress remote, byte[] message)
            implements IkeAction {}

    /**
     * Send the single octet 0xFF, without a marker, so that the NAT in front of us keeps our
     * mapping (RFC 3948 2.3, 4). It must leave from the port of the tunnel's ESP packets.
     */
    record TransmitKeepalive(InetSocketAddress local, InetSocketAddress remote)
            implements IkeAction {}

    /** Open packets of this SA, besides those of the SAs installed before. */
    record InstallInboundSa(String tunnel, InboundSaParameters sa) implements IkeAction {}

    /**
     * Seal every packet of the tunnel with this SA from now on.
     *
     * @param peer where the packets go, with UDP encapsulation; the address alone counts without
     */
    record InstallOutboundSa(String tunnel, OutboundSaParameters sa, InetSocketAddress peer)
            implements IkeAction {}

    record RemoveInboundSa(String tunnel, Spi spi) implements IkeAction {}

    /** Forget this SA; it may have been replaced by a newer one already. */
    record RemoveOutboundSa(String tunnel, Spi spi) implements IkeAction {}

    /** An authenticated message came from a new address of a peer behind a NAT (RFC 7296 2.23). */
    record PeerEndpointChanged(String tunnel, InetSocketAddress peer) implements IkeAction {}

    /**
     * The tunnel is in another state now.
     *
     * @param reason why it is not up, for people
     */
    record TunnelStateChanged(String tunnel, TunnelState state, Optional<String> reason)
            implements IkeAction {}

    /** A line for the log. */
    record Report(IkeEvent event) implements IkeAction {}

    /**
     * Fetch the revocation lists from there, now and before they run out, and give each as {@link
     * IkeInput.RevocationListFetched}. Said of a tunnel once more, it takes the place of what was
     * said before.
     *
     * @param points all on the way from a certificate that was proved, or from ours, to a
     *     configured authority; empty when the tunnel needs none any more
     */
    record FetchRevocationLists(String tunnel, Set<DistributionPoint> points) implements IkeAction {
        public FetchRevocationLists {
            points = Set.copyOf(points);
        }
    }

    /**
     * Look this name up, without its being kept, and give what comes as {@link IkeInput.PeerFound}
     * or {@link IkeInput.PeerNotFound}. When nothing comes, it is said once more later.
     */
    record LookUpPeer(String name) implements IkeAction {}

    /**
     * A tunnel whose peer has a name may speak with these addresses from now on, and with no
     * others; said before anything is sent there.
     */
    record PeerAddressesChanged(String tunnel, Set<InetAddress> addresses) implements IkeAction {
        public PeerAddressesChanged {
            addresses = Set.copyOf(addresses);
        }
    }

    /** Keys for a packet analyser; only when {@link IkeTunnelSettings#exportKeys} asks for them. */
    record ExportKeys(String tunnel, KeyExport keys) implements IkeAction {}
}
