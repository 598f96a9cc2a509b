package culvert.ike;

import culvert.ike.crypto.EspProposal;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.message.Identification;
import culvert.model.Encapsulation;
import culvert.model.PeerHost;
import culvert.model.TrafficSelector;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything that IKE must know about one tunnel.
 *
 * @param name the tunnel's name in the configuration; unique
 * @param peer whose address IKE has looked up when it is a name
 * @param credentials owned by whoever loaded the configuration
 * @param ppk a second key, against those who record now and compute later
 * @param ikeProposals in order of preference, at least one
 * @param ikeLifetime hard limit of an IKE SA; it is rekeyed earlier
 * @param espProposals in order of preference, at least one
 * @param espLifetime hard limit of a CHILD SA; it is rekeyed earlier
 * @param replayWindow packets, 32 to 4096
 * @param dpdInterval silence after which the peer is probed (RFC 7296 2.4)
 * @param dpdTimeout silence after which the peer is dead
 * @param localSelectors what we offer or accept as our side
 * @param remoteSelectors what we offer or accept as the peer's side
 * @param exportKeys emit {@link IkeAction} values that carry keys for a packet analyser
 */
public record IkeTunnelSettings(
        String name,
        Role role,
        InetAddress localAddress,
        PeerHost peer,
        Identification localIdentity,
        Identification peerIdentity,
        Credentials credentials,
        Optional<Ppk> ppk,
        List<IkeSuite> ikeProposals,
        Duration ikeLifetime,
        List<EspProposal> espProposals,
        Duration espLifetime,
        int replayWindow,
        Encapsulation encapsulation,
        Duration dpdInterval,
        Duration dpdTimeout,
        List<TrafficSelector> localSelectors,
        List<TrafficSelector> remoteSelectors,
        boolean exportKeys) {
    public IkeTunnelSettings {
        ikeProposals = List.copyOf(ikeProposals);
        espProposals = List.copyOf(espProposals);
        localSelectors = List.copyOf(localSelectors);
        remoteSelectors = List.copyOf(remoteSelectors);
    }

    /** The same tunnel with other proofs of who both ends are. */
    public IkeTunnelSettings with(
            Credentials newCredentials,
            Identification newLocalIdentity,
            Identification newPeerIdentity) {
        return new IkeTunnelSettings(
                name,
                role,
                localAddress,
                peer,
                newLocalIdentity,
                newPeerIdentity,
                newCredentials,
                ppk,
                ikeProposals,
                ikeLifetime,
                espProposals,
                espLifetime,
                replayWindow,
                encapsulation,
                dpdInterval,
                dpdTimeout,
                localSelectors,
                remoteSelectors,
                exportKeys);
    }
}
