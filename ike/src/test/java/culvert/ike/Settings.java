package culvert.ike;

import culvert.ike.crypto.EspProposal;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.message.Identification;
import culvert.model.Encapsulation;
import culvert.model.IpPrefix;
import culvert.model.PeerHost;
import culvert.model.Secret;
import culvert.model.TrafficSelector;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Settings of one end of a test tunnel; what a test is not about has a default. */
final class Settings {
    static final InetAddress EAST = InetAddress.ofLiteral("198.18.0.1");
    static final InetAddress WEST = InetAddress.ofLiteral("198.18.0.11");
    static final String TUNNEL = "t";

    private String name = TUNNEL;
    private Role role = Role.INITIATE;
    private final InetAddress local;
    private PeerHost peer;
    private String localIdentity;
    private String peerIdentity;
    private Credentials credentials = psk("a secret of both sides");
    private Optional<Ppk> ppk = Optional.empty();
    private String[] ike = {"aes128gcm16-prfsha256-curve25519"};
    private Duration ikeLifetime = Duration.ofHours(8);
    private String[] esp = {"aes128gcm16"};
    private Duration espLifetime = Duration.ofHours(1);
    private Encapsulation encapsulation = Encapsulation.UDP;
    private List<TrafficSelector> localSelectors = List.of(TrafficSelector.ANY_IPV4);
    private List<TrafficSelector> remoteSelectors = List.of(TrafficSelector.ANY_IPV4);
    private boolean exportKeys;

    private Settings(InetAddress local, InetAddress peer) {
        this.local = local;
        this.peer = new PeerHost.Address(peer);
        this.localIdentity = local.getHostAddress();
        this.peerIdentity = peer.getHostAddress();
    }

    static Settings east() {
        return new Settings(EAST, WEST);
    }

    static Settings west() {
        return new Settings(WEST, EAST);
    }

    static Settings between(InetAddress local, InetAddress peer) {
        return new Settings(local, peer);
    }

    Settings name(String name) {
        this.name = name;
        return this;
    }

    /** In place of the peer's address, which stays its identity. */
    Settings peerName(String host) {
        peer = new PeerHost.Name(host);
        return this;
    }

    Settings respond() {
        role = Role.RESPOND;
        return this;
    }

    Settings localIdentity(String identity) {
        localIdentity = identity;
        return this;
    }

    Settings peerIdentity(String identity) {
        peerIdentity = identity;
        return this;
    }

    Settings preSharedKey(String text) {
        credentials = psk(text);
        return this;
    }

    Settings credentials(Credentials changed) {
        credentials = changed;
        return this;
    }

    Settings ppk(String id, String key, boolean required) {
        ppk = Optional.of(new Ppk(id, secret(key), required));
        return this;
    }

    private static Secret secret(String text) {
        return Secret.owning(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Credentials psk(String text) {
        return new Credentials.PreSharedKey(secret(text));
    }

    Settings ike(String... proposals) {
        ike = proposals;
        return this;
    }

    Settings ikeLifetime(Duration lifetime) {
        ikeLifetime = lifetime;
        return this;
    }

    Settings esp(String... proposals) {
        esp = proposals;
        return this;
    }

    Settings espLifetime(Duration lifetime) {
        espLifetime = lifetime;
        return this;
    }

    Settings encapsulation(Encapsulation encapsulation) {
        this.encapsulation = encapsulation;
        return this;
    }

    Settings selectors(String local, String remote) {
        localSelectors = List.of(TrafficSelector.of(IpPrefix.parse(local)));
        remoteSelectors = List.of(TrafficSelector.of(IpPrefix.parse(remote)));
        return this;
    }

    Settings exportKeys() {
        exportKeys = true;
        return this;
    }

    IkeTunnelSettings build() {
        return new IkeTunnelSettings(
                name,
                role,
                local,
                peer,
                Identification.parse(localIdentity),
                Identification.parse(peerIdentity),
                credentials,
                ppk,
                Arrays.stream(ike).map(IkeSuite::parse).toList(),
                ikeLifetime,
                Arrays.stream(esp).map(EspProposal::parse).toList(),
                espLifetime,
                1024,
                encapsulation,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                localSelectors,
                remoteSelectors,
                exportKeys);
    }
}
