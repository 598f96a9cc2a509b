package culvert.config;

import culvert.model.IpPrefix;
import culvert.model.PeerHost;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One tunnel of the file, as far as it can be read.
 *
 * @param index of the tunnel in the whole file, from 0
 */
record TunnelDraft(int index, Fields fields) {
    private static final String INTERFACE_PREFIX = "cv";
    private static final List<IpPrefix> ALL_IPV4 = List.of(IpPrefix.parse("0.0.0.0/0"));
    private static final List<IpPrefix> ALL_IPV6 = List.of(IpPrefix.parse("::/0"));

    String label() {
        return fields.label();
    }

    Fields ike() {
        return fields.section(ConfigKeys.IKE);
    }

    Fields esp() {
        return fields.section(ConfigKeys.ESP);
    }

    Fields liveness() {
        return fields.section(ConfigKeys.LIVENESS);
    }

    Fields bgp() {
        return fields.section(ConfigKeys.BGP);
    }

    Fields certificate() {
        return fields.section(CredentialKeys.CERTIFICATE);
    }

    Fields privateKey() {
        return fields.section(CredentialKeys.PRIVATE_KEY);
    }

    Fields authorities() {
        return fields.section(CredentialKeys.CERTIFICATE_AUTHORITIES);
    }

    Fields ppk() {
        return fields.section(CredentialKeys.PPK);
    }

    boolean usesCertificate() {
        return fields.isWritten(CredentialKeys.CERTIFICATE);
    }

    Fields preSharedKey() {
        return fields.section(CredentialKeys.PRE_SHARED_KEY);
    }

    Optional<Located<PeerHost>> peer() {
        return fields.value(ConfigKeys.PEER_ADDRESS);
    }

    /** Empty also when a name is written, which only the daemon looks up. */
    Optional<Located<InetAddress>> peerAddress() {
        return peer().flatMap(
                        peer ->
                                peer.value() instanceof PeerHost.Address(InetAddress address)
                                        ? Optional.of(new Located<>(address, peer.at()))
                                        : Optional.empty());
    }

    Optional<Located<InsideAddress>> insideAddress() {
        return fields.value(ConfigKeys.INSIDE_ADDRESS);
    }

    Optional<Duration> probeInterval() {
        return liveness().value(ConfigKeys.PROBE_INTERVAL).map(Located::value);
    }

    /** Empty only when a name is written that cannot be one. */
    Optional<Located<String>> interfaceName() {
        return fields.isWritten(ConfigKeys.INTERFACE)
                ? fields.value(ConfigKeys.INTERFACE)
                : Optional.of(new Located<>(INTERFACE_PREFIX + index, fields.at()));
    }

    /**
     * What the file says, or everything of the inside address's family: AWS has IPv4 or IPv6 in a
     * tunnel, never both.
     */
    List<IpPrefix> selectors(ConfigKey.Values<IpPrefix> key) {
        if (fields.isWritten(key)) {
            return fields.values(key).stream().map(Located::value).toList();
        }
        boolean ipv4 = insideAddress().map(inside -> inside.value().isIpv4()).orElse(true);
        return ipv4 ? ALL_IPV4 : ALL_IPV6;
    }
}
