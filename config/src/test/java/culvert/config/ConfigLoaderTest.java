package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.BgpSettings;
import culvert.bgp.rib.PrefixRule;
import culvert.ike.Credentials;
import culvert.ike.IkeTunnelSettings;
import culvert.ike.Role;
import culvert.ike.crypto.EspProposal;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.message.Identification;
import culvert.model.Encapsulation;
import culvert.model.IpPrefix;
import culvert.model.Offload;
import culvert.model.PeerHost;
import culvert.model.Secret;
import culvert.model.TrafficSelector;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Right files and the records that come of them. */
class ConfigLoaderTest {
    private static final String BASE = SampleSite.resource("base.yaml");
    private static final String EXAMPLE = SampleSite.resource("example.yaml");

    @TempDir Path directory = Path.of("");
    private SampleSite site = new SampleSite(Path.of(""));

    @BeforeEach
    void createSecrets() {
        site = SampleSite.in(directory);
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static Credentials secret(String text) {
        return new Credentials.PreSharedKey(Secret.owning(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The session with AWS and everything else as by default. */
    private static BgpSettings bgp(Duration holdTime) {
        return new BgpSettings(64512, holdTime, Optional.empty(), false, 100, 0, 100);
    }

    @Test
    void readsEveryKeyOfTheExample() {
        GatewayConfig config = site.valid(EXAMPLE);

        assertEquals(
                new SiteConfig(
                        "seoul-dc1",
                        address("198.18.0.1"),
                        Identification.parse("198.18.0.1"),
                        OptionalLong.of(65000),
                        Optional.of((Inet4Address) address("192.168.10.1")),
                        List.of(IpPrefix.parse("192.168.10.0/24"))),
                config.site());
        assertEquals(Path.of("/run/culvert/control.sock"), config.controlSocket());
        assertEquals(
                Optional.of(new InetSocketAddress(address("127.0.0.1"), 9179)), config.metrics());
        ConnectionConfig connection = config.connections().getFirst();
        assertEquals("aws", connection.name());
        assertEquals(Optional.of("vpn-0123456789abcdef0"), connection.vpnConnectionId());
        assertEquals(
                new Routing.Bgp(
                        64512,
                        List.of(PrefixRule.orLonger(IpPrefix.parse("10.0.0.0/8"))),
                        1000,
                        List.of(),
                        100,
                        false),
                connection.routing());
        assertEquals(
                new TunnelConfig(
                        "aws-1",
                        "cv0",
                        new InsideAddress(address("169.254.10.2"), 30, address("169.254.10.1")),
                        new IkeTunnelSettings(
                                "aws-1",
                                Role.INITIATE,
                                address("198.18.0.1"),
                                new PeerHost.Address(address("198.18.0.11")),
                                Identification.parse("198.18.0.1"),
                                Identification.parse("198.18.0.11"),
                                secret(SampleSite.FIRST_KEY),
                                Optional.empty(),
                                List.of(IkeSuite.parse("aes256gcm16-prfsha384-ecp384")),
                                Duration.ofHours(8),
                                List.of(EspProposal.parse("aes256gcm16-ecp384")),
                                Duration.ofHours(1),
                                1024,
                                Encapsulation.UDP,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(30),
                                List.of(TrafficSelector.ANY_IPV4),
                                List.of(TrafficSelector.ANY_IPV4),
                                false),
                        Encapsulation.UDP,
                        DataplaneConfig.DEFAULT,
                        Optional.of(Duration.ofMillis(250)),
                        Optional.of(bgp(Duration.ofSeconds(30)))),
                connection.tunnels().getFirst());
        assertEquals(List.of(), site.problems(EXAMPLE));
    }

    @Test
    void leavesOutTheOffloadsThatAreSwitchedOff() {
        String text =
                EXAMPLE.replace(
                        "role: initiate",
                        "role: initiate\n"
                                + "        offloads: {gso: off, coalesce-udp: off, tso: auto}");
        assertEquals(
                Set.of(Offload.TSO, Offload.USO, Offload.GRO, Offload.COALESCE_TCP),
                site.valid(text).tunnels().getFirst().dataplane().offloads());
    }

    @Test
    void readsThePolicyOfOuterHeaders() {
        DataplaneConfig usual = site.valid(EXAMPLE).tunnels().getFirst().dataplane();
        assertFalse(usual.dontFragment());
        assertTrue(usual.copyDscp());
        String text =
                EXAMPLE.replace("encapsulation: udp", "encapsulation: udp, df: set, dscp: clear");
        DataplaneConfig other = site.valid(text).tunnels().getFirst().dataplane();
        assertTrue(other.dontFragment());
        assertFalse(other.copyDscp());
    }

    @Test
    void givesATunnelWithoutOptionsTheDefaults() {
        TunnelConfig tunnel = site.valid(EXAMPLE).tunnels().get(1);
        IkeTunnelSettings ike = tunnel.ike();

        assertEquals("cv1", tunnel.interfaceName());
        assertEquals(Optional.of(Duration.ofMillis(250)), tunnel.probeInterval());
        assertEquals(Encapsulation.UDP, tunnel.encapsulation());
        assertEquals(Optional.of(bgp(Duration.ofSeconds(30))), tunnel.bgp());
        assertEquals(Role.INITIATE, ike.role());
        assertEquals(Identification.parse("198.18.0.12"), ike.peerIdentity());
        assertEquals(secret(SampleSite.SECOND_KEY), ike.credentials());
        assertEquals(
                "[aes256gcm16-prfsha384-ecp384, aes256gcm16-prfsha384-ecp256,"
                        + " aes128gcm16-prfsha256-ecp256, aes256-sha256-modp2048]",
                ike.ikeProposals().toString());
        assertEquals(
                "[aes256gcm16-ecp384, aes256gcm16-ecp256, aes128gcm16-ecp256,"
                        + " aes256gcm16-modp2048]",
                ike.espProposals().toString());
        assertEquals(Duration.ofHours(8), ike.ikeLifetime());
        assertEquals(Duration.ofHours(1), ike.espLifetime());
        assertEquals(1024, ike.replayWindow());
        assertEquals(Duration.ofSeconds(10), ike.dpdInterval());
        assertEquals(Duration.ofSeconds(30), ike.dpdTimeout());
        assertEquals(List.of(TrafficSelector.ANY_IPV4), ike.localSelectors());
        assertEquals(List.of(TrafficSelector.ANY_IPV4), ike.remoteSelectors());
    }

    @Test
    void givesASiteWithoutOptionsTheDefaults() {
        GatewayConfig config = site.valid(BASE);

        assertEquals(Identification.parse("198.18.0.1"), config.site().identity());
        assertEquals(Optional.of((Inet4Address) address("169.254.10.2")), config.site().routerId());
        assertEquals(Path.of("/run/culvert/control.sock"), config.controlSocket());
        assertEquals(Optional.empty(), config.metrics());
        assertEquals(
                new Routing.Bgp(64512, List.of(), 1000, List.of(), 100, false),
                config.connections().getFirst().routing());
        assertEquals(
                List.of("cv0", "cv1"),
                config.tunnels().stream().map(TunnelConfig::interfaceName).toList());
    }

    @Test
    void readsStaticRouting() {
        GatewayConfig config =
                site.valid(
                        BASE.replace("routing: bgp", "routing: static")
                                .replace("peer-asn: 64512", "static-routes: [10.20.0.0/16]")
                                .replace("  asn: 65000\n", "")
                                .replace("  advertise: [192.168.10.0/24]\n", ""));

        assertEquals(
                new Routing.Static(List.of(IpPrefix.parse("10.20.0.0/16"))),
                config.connections().getFirst().routing());
        assertEquals(OptionalLong.empty(), config.site().asn());
        assertTrue(config.tunnels().stream().allMatch(tunnel -> tunnel.bgp().isEmpty()));
    }

    @Test
    void switchesOffByNullWhatIsOnByDefault() {
        GatewayConfig config =
                site.valid(
                        BASE.replace("connections:", "metrics: null\nconnections:")
                                .replace(
                                        "169.254.10.2/30",
                                        "169.254.10.2/30\n        liveness: {probe-interval: ~}\n"
                                                + "        bgp: {hold-time: 0s, md5-file: null}"));

        assertEquals(Optional.empty(), config.metrics());
        assertEquals(Optional.empty(), config.tunnels().getFirst().probeInterval());
        assertEquals(Optional.of(bgp(Duration.ZERO)), config.tunnels().getFirst().bgp());
    }

    @Test
    void takesSelectorsAndIdentitiesFromTheFile() {
        GatewayConfig config =
                site.valid(
                        BASE.replace("  asn:", "  identity: gw.seoul.example\n  asn:")
                                .replace(
                                        "169.254.10.2/30",
                                        """
                                        169.254.10.2/30
                                                peer-identity: keyid:colo
                                                role: respond
                                                local-selectors: [192.168.10.0/24, 169.254.10.0/30]
                                                remote-selectors: [10.0.0.0/8, 169.254.10.0/30]\
                                        """));
        IkeTunnelSettings ike = config.tunnels().getFirst().ike();

        assertEquals(Identification.parse("gw.seoul.example"), ike.localIdentity());
        assertEquals(Identification.parse("keyid:colo"), ike.peerIdentity());
        assertEquals(Role.RESPOND, ike.role());
        assertEquals(
                "[192.168.10.0-192.168.10.255, 169.254.10.0-169.254.10.3]",
                ike.localSelectors().toString());
        assertEquals(
                "[10.0.0.0-10.255.255.255, 169.254.10.0-169.254.10.3]",
                ike.remoteSelectors().toString());
    }

    @Test
    void warnsOfMorePrefixesThanAwsTakes() {
        StringBuilder prefixes = new StringBuilder("192.168.10.0/24");
        for (int i = 0; i < 100; i++) {
            prefixes.append(", 10.").append(i).append(".0.0/16");
        }
        assertEquals(
                List.of(
                        "6:14: warning: 101 prefixes are more than a virtual private gateway takes"
                                + " (100), and it closes the BGP session then (announce fewer,"
                                + " larger prefixes; a transit gateway takes 1000)"),
                site.problems(BASE.replace("192.168.10.0/24", prefixes)));
    }

    @Test
    void reportsAllMistakesAtOnceInTheOrderOfTheFile() {
        String expected = SampleSite.resource("many-mistakes.txt").strip();
        assertEquals(
                expected,
                String.join("\n", site.problems(SampleSite.resource("many-mistakes.yaml"))));
    }

    @Test
    void printsProblemsWithFileLineAndColumn() {
        Path file = site.write(BASE.replace("65000", "x"));
        ConfigResult.Invalid invalid =
                assertInstanceOf(ConfigResult.Invalid.class, ConfigLoader.load(file));

        assertEquals(
                file + ":5:8: asn: 'x' is not an AS number (write a number such as 65000)",
                invalid.problems().getFirst().toString());
        assertEquals(5, invalid.problems().getFirst().line());
        assertEquals(8, invalid.problems().getFirst().column());
        assertTrue(invalid.problems().getFirst().isError());
    }
}
