package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Bird;
import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.InsideIpv6;
import culvert.lab.Launcher;
import culvert.lab.Probes;
import culvert.lab.Topology;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tunnels that carry IPv6: MP-BGP with BIRD inside them (RFC 4760, RFC 2545), routes, failover. */
class BgpIpv6IT {
    private static GatewaySpec customer() {
        return InsideIpv6.customer(Endpoint.values())
                .withEachTunnel(t -> t.withLiveness("1s", "4s", "250ms"))
                .withEachTunnel(LabGateway::preferringTheFirst);
    }

    private static CulvertProcess endpoint(Topology topology, Endpoint endpoint) {
        return CulvertProcess.start(
                topology,
                topology.endpoint(endpoint),
                InsideIpv6.aws(endpoint),
                Launcher.ofSystem());
    }

    private static Bird speaker(Topology topology, Endpoint endpoint) {
        return Bird.start(topology, topology.endpoint(endpoint), InsideIpv6.speaker(endpoint));
    }

    /** Both directions take the tunnel of this endpoint, by the kernel's tables. */
    private static void awaitWay(
            Topology topology, CulvertProcess gateway, Endpoint endpoint, String device) {
        LabGateway.await(
                "packets take " + endpoint,
                () ->
                        routes(topology)
                                + gateway.cli("status").stdout()
                                + gateway.cli("routes").stdout()
                                + gateway.log(),
                () -> {
                    String there =
                            topology.gateway().exec("ip -6 route show " + InsideIpv6.VPC_PREFIX);
                    String back = topology.vpc().exec("ip -6 route show " + InsideIpv6.LAN_PREFIX);
                    return there.contains(" dev " + device + " ")
                            && back.contains(" dev " + endpoint.role() + " ");
                });
    }

    private static String routes(Topology topology) {
        return topology.gateway().exec("ip -6 route") + topology.vpc().exec("ip -6 route");
    }

    @Test
    void routesComeByMultiprotocolBgpAndMoveToTheOtherTunnel() {
        try (Topology topology = Topology.open()) {
            InsideIpv6.add(topology);
            Probes.echoServer(topology.vpc());
            try (CulvertProcess aws1 = endpoint(topology, Endpoint.AWS1);
                    CulvertProcess aws2 = endpoint(topology, Endpoint.AWS2);
                    Bird speaker1 = speaker(topology, Endpoint.AWS1);
                    Bird speaker2 = speaker(topology, Endpoint.AWS2);
                    Bird router = Bird.start(topology, topology.vpc(), InsideIpv6.vpcRouter());
                    CulvertProcess gateway = LabGateway.start(topology, customer())) {
                gateway.awaitUp(LIMIT);
                awaitWay(topology, gateway, Endpoint.AWS1, "cv0");
                for (Bird speaker : List.of(speaker1, speaker2)) {
                    LabGateway.await(
                            "BIRD has the site's prefix",
                            () -> speaker.log() + gateway.log(),
                            () -> speaker.learned().equals(List.of(InsideIpv6.LAN_PREFIX)));
                }
                assertEquals(
                        "fd00:169:254:1:0:0:0:1",
                        gateway.status().text("tunnels", "aws-1", "bgp", "peer").orElse(""));
                assertEquals(1, gateway.status().number("tunnels", "aws-1", "bgp", "accepted"));
                assertPings(topology);

                Probes.EchoRun echo =
                        Probes.echo(
                                        topology.lan(),
                                        InsideIpv6.VPC_HOST,
                                        Duration.ofMillis(20),
                                        Duration.ofSeconds(4),
                                        64)
                                .awaitFirstAnswer();
                topology.drop(Endpoint.AWS1);
                EchoReport report = echo.report();
                System.out.printf(
                        "silent death, IPv6: %.0f ms without an answer%n",
                        report.longestSilenceMillis());
                assertTrue(report.longestSilenceMillis() < 1000, () -> report + gateway.log());
                awaitWay(topology, gateway, Endpoint.AWS2, "cv1");
                assertPings(topology);
                LabGateway.assertOrderlyEnd(gateway);
                assertEquals("", topology.gateway().exec("ip -6 route show proto 213"));
            }
        }
    }

    private static void assertPings(Topology topology) {
        LabGateway.await(
                "LAN to VPC",
                () -> routes(topology),
                () -> topology.lan().ping(InsideIpv6.VPC_HOST, 5).complete());
        LabGateway.await(
                "VPC to LAN",
                () -> routes(topology),
                () ->
                        topology.vpc()
                                .ping(InsideIpv6.LAN_HOST, 5, "-I", InsideIpv6.VPC_HOST)
                                .complete());
    }
}
