package culvert.gateway.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.bgp.BgpPeerSettings;
import culvert.bgp.rib.ProtectedPrefix;
import culvert.config.ConfigLoader;
import culvert.config.ConfigResult;
import culvert.config.GatewayConfig;
import culvert.config.LoadOptions;
import culvert.model.IpPrefix;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What BGP may never lead elsewhere. */
class BgpPlanTest {
    private static final InetAddress FIRST = InetAddress.ofLiteral("203.0.113.7");
    private static final InetAddress SECOND = InetAddress.ofLiteral("203.0.113.8");
    private static final String WHAT = "the outside address of aws-1";
    private static final ProtectedPrefix OURS =
            ProtectedPrefix.of(InetAddress.ofLiteral("198.18.0.1"), "our outside address");
    private static final ProtectedPrefix INSIDE =
            ProtectedPrefix.of(IpPrefix.parse("169.254.10.0/30"), "the inside addresses of aws-1");

    @TempDir private Path directory = Path.of("");

    private GatewayConfig config() throws IOException {
        return config("");
    }

    private GatewayConfig config(String more) throws IOException {
        Path key = directory.resolve("a.psk");
        Files.writeString(key, "only.for_this.test\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path file = directory.resolve("culvert.yaml");
        Files.writeString(
                file,
                """
                version: 1
                site: {name: here, outside-address: 198.18.0.1, asn: 65000}
                connections:
                  - name: aws
                    routing: bgp
                    peer-asn: 64512
                    tunnels:
                      - name: aws-1
                        peer-address: vpn.example.com
                        pre-shared-key: {file: a.psk}
                        inside-address: 169.254.10.2/30
                """
                        + more);
        return ((ConfigResult.Valid) ConfigLoader.load(file, LoadOptions.NONE)).config();
    }

    @Test
    void protectsTheLansOfTheSiteAgainstTheTunnelsOnly() throws IOException {
        GatewayConfig config =
                config(
                        """
                        neighbors:
                          - {name: core-1, address: 192.168.10.2, local-address: 192.168.10.1/24, asn: 65010}
                        """);
        ProtectedPrefix lan =
                ProtectedPrefix.ofSite(IpPrefix.parse("192.168.10.0/24"), "the LAN of core-1");
        assertEquals(
                Set.of(OURS, lan, INSIDE),
                Set.copyOf(BgpPlan.protectedPrefixes(config, tunnel -> Set.of())));
        config.wipeSecrets();
    }

    /** What AWS prefers then is its own choice, by its metrics. */
    @Test
    void tunnelsOfAConnectionAreEqualByDefault() throws IOException {
        String second =
                """
                      - name: aws-2
                        peer-address: 198.18.0.12
                        pre-shared-key: {file: a.psk}
                        inside-address: 169.254.11.2/30
                """;
        GatewayConfig config = config(second);
        List<BgpPlan.Peer> peers = BgpPlan.peers(config);
        assertEquals(List.of("aws-1", "aws-2"), peers.stream().map(BgpPlan.Peer::name).toList());
        BgpPeerSettings one = peers.getFirst().settings();
        BgpPeerSettings two = peers.getLast().settings();
        assertEquals(one.exports(), two.exports());
        assertEquals(0, one.exports().prepend());
        assertEquals(one.imports().localPref(), two.imports().localPref());
        assertEquals(one.imports().weight(), two.imports().weight());
        assertEquals(OptionalLong.empty(), one.imports().multiExitDisc(), "AWS's is carried");
        assertEquals(100, one.exports().maximumPrefixes());
        config.wipeSecrets();
    }

    @Test
    void protectsEveryAddressThatAPeersNameLeadsTo() throws IOException {
        GatewayConfig config = config();
        assertEquals(
                Set.of(OURS, INSIDE),
                Set.copyOf(BgpPlan.protectedPrefixes(config, tunnel -> Set.of())));
        assertEquals(
                Set.of(
                        OURS,
                        ProtectedPrefix.of(FIRST, WHAT),
                        ProtectedPrefix.of(SECOND, WHAT),
                        INSIDE),
                Set.copyOf(BgpPlan.protectedPrefixes(config, tunnel -> Set.of(FIRST, SECOND))));
        config.wipeSecrets();
    }
}
