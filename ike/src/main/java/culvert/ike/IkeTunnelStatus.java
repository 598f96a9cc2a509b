package culvert.ike;

import culvert.model.Encapsulation;
import culvert.model.PeerHost;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A snapshot of one tunnel.
 *
 * @param reason why it is not up
 * @param local our end of the IKE SA, or where the next attempt will start from
 * @param peer as configured
 * @param remote the peer's end of the IKE SA, or where the next attempt goes; empty while nobody
 *     knows where the peer's name leads
 * @param natDetected whether a real NAT rewrites our address: the faked hash of forced
 *     encapsulation does not count
 * @param encapsulation in use: {@link Encapsulation#UDP} or {@link Encapsulation#ESP}, or what the
 *     settings ask for while there is no IKE SA
 * @param nextAttemptSeconds when the back-off ends
 * @param attempts IKE SAs begun by us since the tunnel was last stable
 * @param retransmits requests sent again since the start of the process
 * @param certificates that it depends on; none with a pre-shared key
 */
public record IkeTunnelStatus(
        TunnelState state,
        Optional<String> reason,
        InetSocketAddress local,
        PeerHost peer,
        Optional<InetSocketAddress> remote,
        boolean natDetected,
        Encapsulation encapsulation,
        Optional<IkeSaStatus> ike,
        Optional<ChildSaStatus> child,
        OptionalLong nextAttemptSeconds,
        int attempts,
        long retransmits,
        List<CertificateStatus> certificates) {
    public IkeTunnelStatus {
        certificates = List.copyOf(certificates);
    }

    /** Of a tunnel with a pre-shared key, and a peer that has no name. */
    public IkeTunnelStatus(
            TunnelState state,
            Optional<String> reason,
            InetSocketAddress local,
            InetSocketAddress remote,
            boolean natDetected,
            Encapsulation encapsulation,
            Optional<IkeSaStatus> ike,
            Optional<ChildSaStatus> child,
            OptionalLong nextAttemptSeconds,
            int attempts,
            long retransmits) {
        this(
                state,
                reason,
                local,
                new PeerHost.Address(remote.getAddress()),
                Optional.of(remote),
                natDetected,
                encapsulation,
                ike,
                child,
                nextAttemptSeconds,
                attempts,
                retransmits,
                List.of());
    }

    /** Where the peer is, for people, such as {@code vpn.example.com (203.0.113.7)}. */
    public String peerText() {
        String address =
                remote.map(end -> end.getAddress().getHostAddress()).orElse("address not known");
        return switch (peer) {
            case PeerHost.Address ignored -> address;
            case PeerHost.Name(String name) -> "%s (%s)".formatted(name, address);
        };
    }
}
