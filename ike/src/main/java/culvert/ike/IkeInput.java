package culvert.ike;

import culvert.ike.certificate.DistributionPoint;
import culvert.ike.message.Identification;
import culvert.model.Spi;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509CRL;
import java.util.List;

/** Everything that can happen to the IKE engine; {@link IkeEndpoint#handle} takes one at a time. */
public sealed interface IkeInput {

    /**
     * A datagram came in on UDP 500, or on 4500 behind the non-ESP marker.
     *
     * @param message without the marker (RFC 3948 2.2); the engine keeps no reference to it
     */
    @SuppressWarnings("ArrayRecordComponent") // comes straight from a socket, is never compared
    record DatagramReceived(InetSocketAddress local, InetSocketAddress remote, byte[] message)
            implements IkeInput {}

    /** The time that {@link IkeEndpoint#nextDeadlineNanos} named has come. Early is harmless. */
    record TimerDue() implements IkeInput {}

    /** The operator wants the tunnel up; also given once per tunnel at start. */
    record TunnelUp(String tunnel) implements IkeInput {}

    /**
     * The operator wants the tunnel down: DELETE, and no answer to the peer until {@link TunnelUp}.
     */
    record TunnelDown(String tunnel) implements IkeInput {}

    /**
     * Prove by these from the next IKE_AUTH on, and believe the peer's proof by these. SAs that
     * stand are not touched; the former credentials may be wiped when this has been handled.
     *
     * @param reauthenticate also replace the tunnel's IKE SA now, by one made from scratch beside
     *     it, so that no packet is lost
     */
    record ReplaceCredentials(
            String tunnel,
            Credentials credentials,
            Identification localIdentity,
            Identification peerIdentity,
            boolean reauthenticate)
            implements IkeInput {}

    record RekeyIkeSa(String tunnel) implements IkeInput {}

    record RekeyChildSa(String tunnel) implements IkeInput {}

    /**
     * The dataplane opened packets of this SA: the peer lives, and it uses its outbound half.
     *
     * @param packets all that it opened so far
     * @param bytes octets of these
     * @param lastPacketNanos when the last of them came, on the clock of {@code nowNanos}
     */
    record InboundTraffic(
            String tunnel, Spi inboundSpi, long packets, long bytes, long lastPacketNanos)
            implements IkeInput {}

    /**
     * The dataplane sealed packets with this SA: it uses up its sequence numbers, and a NAT has
     * seen them.
     *
     * @param bytes octets of all packets so far
     * @param sequenceNumber the last one used
     * @param lastPacketNanos when the last of them left, on the clock of {@code nowNanos}
     */
    record OutboundTraffic(
            String tunnel, Spi outboundSpi, long bytes, long sequenceNumber, long lastPacketNanos)
            implements IkeInput {}

    /**
     * Someone doubts that the peer lives: ask it now, whatever it last proved. That it does not
     * answer counts after the usual time.
     */
    record CheckLiveness(String tunnel) implements IkeInput {}

    /**
     * Packets do not get through any more: DELETE, so that the peer knows it too, and begin anew.
     *
     * @param why for people, such as who does not answer
     */
    record PathDead(String tunnel, String why) implements IkeInput {}

    /**
     * A tunnel is new, down until {@link TunnelUp}; or its settings have changed. What has been
     * negotiated stays as it is: the new settings count for what comes next, and for liveness at
     * once.
     */
    record TunnelConfigured(IkeTunnelSettings settings) implements IkeInput {}

    /**
     * The tunnel is not configured any more. What is left of it is forgotten without a word to the
     * peer: whoever wants to be polite gives {@link TunnelDown} before, and waits.
     */
    record TunnelRemoved(String tunnel) implements IkeInput {}

    /**
     * A revocation list has come, for every tunnel that needs it.
     *
     * @param list as {@link DistributionPoint#read} gave it
     */
    record RevocationListFetched(DistributionPoint point, X509CRL list) implements IkeInput {}

    /**
     * The name of one or more tunnels' peers leads to these addresses now.
     *
     * @param addresses in the order of the resolver's answer, of any family and use
     */
    record PeerFound(String name, List<InetAddress> addresses) implements IkeInput {
        public PeerFound {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * A peer's name leads nowhere, or nobody says where.
     *
     * @param why goes on after the name, for people, such as {@code does not exist}
     */
    record PeerNotFound(String name, String why) implements IkeInput {}

    /** The process ends: DELETE every IKE SA, start and answer nothing new. */
    record ShutdownRequested() implements IkeInput {}
}
