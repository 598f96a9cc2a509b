package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.Namespace;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A link in the middle of the Internet carries less than Ethernet. */
class PathMtuIT {
    private static final int NARROW = 1300;

    /** 1300 less 20 of IP, 8 of UDP, 32 of ESP and 2 of its trailer. */
    private static final int INSIDE = 1238;

    private static final int ICMP_HEADERS = 28;
    private static final int BYTES = 4_000_000;

    /** Makes a router of the bridge, with a narrow link in both directions. */
    private static void narrow(Topology topology) {
        Namespace internet = topology.internet();
        internet.ip("link set dev gw nomaster");
        for (String name : List.of("gw", "br0")) {
            internet.sysctl("net.ipv4.conf." + name + ".proxy_arp", 1);
            internet.sysctl("net.ipv4.conf." + name + ".send_redirects", 0);
        }
        internet.sysctl("net.ipv4.conf.all.send_redirects", 0);
        internet.sysctl("net.ipv4.ip_forward", 1);
        internet.ip(
                "route add " + Topology.GATEWAY_OUTSIDE + "/32 dev gw mtu " + NARROW,
                "route add " + Endpoint.AWS1.outsideAddress() + "/32 dev br0 mtu " + NARROW);
    }

    private static void awaitMtu(CulvertProcess gateway, int expected) {
        LabGateway.await(
                "the tunnel's MTU becomes " + expected,
                () -> gateway.cli("status").stdout() + gateway.log(),
                () -> gateway.status().number("tunnels", "aws-1", "mtu") == expected);
    }

    private static long fragments(Namespace namespace) {
        List<String> ip =
                namespace
                        .exec("cat /proc/net/snmp")
                        .lines()
                        .filter(l -> l.startsWith("Ip:"))
                        .toList();
        int column = List.of(ip.getFirst().split(" ")).indexOf("FragCreates");
        return Long.parseLong(ip.getLast().split(" ")[column]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clear", "set"})
    void learnsWhatThePathCarriesAndFragmentsBeforeEncryption(String df) throws Exception {
        GatewaySpec here = withDf(LabGateway.customer(Endpoint.AWS1), df);
        GatewaySpec there = withDf(GatewaySpec.aws(Endpoint.AWS1), df);
        try (Topology topology = Topology.open()) {
            narrow(topology);
            try (CulvertProcess aws =
                            CulvertProcess.start(
                                    topology,
                                    topology.endpoint(Endpoint.AWS1),
                                    there,
                                    Launcher.ofSystem());
                    CulvertProcess gateway = LabGateway.start(topology, here)) {
                gateway.awaitUp(LabGateway.LIMIT);
                awaitMtu(gateway, INSIDE);
                awaitMtu(aws, INSIDE);
                assertEquals(NARROW, gateway.status().number("tunnels", "aws-1", "path", "mtu"));
                assertTrue(gateway.status().number("tunnels", "aws-1", "path", "icmpErrors") > 0);
                assertEquals(
                        1,
                        gateway.log()
                                .lines()
                                .filter(line -> line.contains("MTU of cv0 is 1238, was 1438"))
                                .count(),
                        gateway::log);

                long fragmentsBefore = fragments(topology.internet());
                assertPings(topology.lan(), Topology.VPC_HOST);
                assertPings(topology.vpc(), Topology.LAN_HOST);
                SameOctets.byTcp(topology.lan(), topology.vpc(), Topology.VPC_HOST, BYTES);
                SameOctets.byTcp(topology.vpc(), topology.lan(), Topology.LAN_HOST, BYTES);
                SameOctets.byUdp(topology.lan(), topology.vpc(), Topology.VPC_HOST);
                assertEquals(
                        fragmentsBefore,
                        fragments(topology.internet()),
                        "the router in the middle has had nothing to fragment");
                assertFalse(gateway.log().contains("offload-"), gateway::log);
            }
        }
    }

    /**
     * What fits passes with DF; what does not is refused by the gateway, with the MTU that does.
     */
    private static void assertPings(Namespace from, String to) {
        LabGateway.await(
                "a ping that fills the tunnel",
                () -> "",
                () ->
                        from.ping(to, 5, "-M", "do", "-s", Integer.toString(INSIDE - ICMP_HEADERS))
                                .complete());
        String refused =
                from.attempt("ping -n -c 1 -W 1 -M do -s " + (INSIDE - ICMP_HEADERS + 1) + " " + to)
                        .stdout();
        assertTrue(refused.contains("mtu") && refused.contains("1238"), refused);
        assertTrue(from.ping(to, 5, "-M", "dont", "-s", "3000").complete(), "fragmented inside");
    }

    @Test
    void learnsBesideAPeerThatIsNotCulvert() {
        try (Topology topology = Topology.open()) {
            narrow(topology);
            try (StrongSwanEndpoint peer = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                    CulvertProcess gateway =
                            LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
                gateway.awaitUp(LabGateway.LIMIT);
                awaitMtu(gateway, INSIDE);
                LabGateway.assertPings(topology);
            }
        }
    }

    @Test
    void followsTheFirstLinkWithoutAnyIcmp() {
        try (Topology topology = Topology.open()) {
            topology.outside().mtu(1492);
            try (CulvertProcess aws =
                            CulvertProcess.startAws(topology, Endpoint.AWS1, Launcher.ofSystem());
                    CulvertProcess gateway =
                            LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
                gateway.awaitUp(LabGateway.LIMIT);
                assertEquals(1430, gateway.status().number("tunnels", "aws-1", "mtu"));
                assertTrue(
                        topology.gateway().exec("ip link show cv0").contains("mtu 1430"),
                        gateway::log);
                assertTrue(aws.process().isAlive());
            }
        }
    }

    private static GatewaySpec withDf(GatewaySpec spec, String df) {
        return spec.withEachTunnel(tunnel -> tunnel.with("esp", "{df: " + df + "}"));
    }
}
