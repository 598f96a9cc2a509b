package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import culvert.ike.message.Identification;
import culvert.model.IpPrefix;
import culvert.model.PeerHost;
import culvert.model.TrafficSelector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses of both families, names and AS numbers, and the records that come of them. */
class ConfigAddressesTest {
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

    @Test
    void readsIpv6OutsideAndInside() {
        GatewayConfig config =
                site.valid(
                        BASE.replace("198.18.0.1\n", "2001:db8::1\n  router-id: 192.0.2.1\n")
                                .replace("198.18.0.11", "2001:db8::11")
                                .replace("198.18.0.12", "2001:db8::12")
                                .replace("169.254.10.2/30", "fd00::2/126")
                                .replace("169.254.10.6/30", "fd00::6/126"));
        TunnelConfig tunnel = config.tunnels().get(1);

        assertEquals(
                new InsideAddress(address("fd00::6"), 126, address("fd00::5")),
                tunnel.insideAddress());
        assertEquals(IpPrefix.parse("fd00::4/126"), tunnel.insideAddress().block());
        assertEquals(List.of(TrafficSelector.ANY_IPV6), tunnel.ike().localSelectors());
        assertEquals(new PeerHost.Address(address("2001:db8::12")), tunnel.ike().peer());
    }

    /** Nobody asks the DNS here: the file is as right without a network. */
    @Test
    void takesANameForThePeerAndForItsIdentity() {
        TunnelConfig tunnel =
                site.valid(
                                EXAMPLE.replace(
                                                "peer-address: 198.18.0.11",
                                                "peer-address: VPN.Example.com")
                                        .replaceAll("(?m)^ *peer-identity: .*\n", ""))
                        .tunnels()
                        .getFirst();
        assertEquals(new PeerHost.Name("vpn.example.com"), tunnel.ike().peer());
        assertEquals(Identification.parse("vpn.example.com"), tunnel.ike().peerIdentity());
    }

    @Test
    void takesTheLongestNameThatThereIs() {
        String name =
                String.join(".", "a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61));
        assertEquals(
                new PeerHost.Name(name),
                site.valid(EXAMPLE.replace("peer-address: 198.18.0.11", "peer-address: " + name))
                        .tunnels()
                        .getFirst()
                        .ike()
                        .peer());
    }

    @Test
    void readsIpv6InFlowStyleAndInQuotes() {
        GatewayConfig config =
                site.valid(
                        BASE.replace(
                                        "advertise: [192.168.10.0/24]",
                                        "advertise: [\"::/0\", fd00::/64]")
                                .replace("connections:", "metrics: \"[::1]:9179\"\nconnections:"));

        assertEquals("[0:0:0:0:0:0:0:0/0, fd00:0:0:0:0:0:0:0/64]", config.site().advertise() + "");
        assertEquals(Optional.of(new InetSocketAddress(address("::1"), 9179)), config.metrics());
    }

    @Test
    void keepsFourOctetAsNumbersWhole() {
        GatewayConfig config =
                site.valid(
                        BASE.replace("asn: 65000", "asn: 4294967294")
                                .replace("peer-asn: 64512", "peer-asn: 4294967295"));

        assertEquals(OptionalLong.of(4294967294L), config.site().asn());
        assertEquals(0xFFFF_FFFF, config.tunnels().getFirst().bgp().orElseThrow().peerAsn());
        Routing.Bgp bgp =
                assertInstanceOf(Routing.Bgp.class, config.connections().getFirst().routing());
        assertEquals(4294967295L, bgp.peerAsn());
    }
}
