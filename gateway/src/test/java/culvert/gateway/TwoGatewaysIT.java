package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Bird;
import culvert.lab.BirdNeighbor;
import culvert.lab.BirdSpec;
import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.Probes;
import culvert.lab.SecondGateway;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A site with two gateways, as the README has it: the LAN's router spreads flows over both, and
 * goes on with one when the other is killed.
 */
class TwoGatewaysIT {
    private static final long CORE_ASN = 65_010;
    private static final String SITE_PREFIX = "192.168.20.0/24";
    private static final String SITE_HOST = "192.168.20.1";
    private static final int FLOWS = 40;
    private static final int FLOW_BYTES = 1000;

    /** A gateway's tunnel, and the neighbor that both have. */
    private static GatewaySpec gateway(GatewaySpec spec, String lanAddress) {
        return spec.withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX)
                // AWS learns from its hold timer alone that a gateway is dead.
                .withEachTunnel(t -> t.with("bgp", "{hold-time: 3s}"))
                .withTop(
                        "neighbors",
                        ("[{name: core-1, address: %s, local-address: %s/24, asn: %d,"
                                        + " accept: [192.168.0.0/16]}]")
                                .formatted(Topology.LAN_HOST, lanAddress, CORE_ASN));
    }

    private static BirdNeighbor toward(String name, String gateway) {
        return BirdNeighbor.of(name, Topology.LAN_HOST, gateway, BirdSpec.CUSTOMER_ASN);
    }

    private static Bird core(Topology topology) {
        return Bird.start(
                topology,
                topology.lan(),
                BirdSpec.router(
                                Topology.LAN_HOST,
                                CORE_ASN,
                                toward("gateway1", Topology.LAN_GATEWAY),
                                toward("gateway2", SecondGateway.LAN_ADDRESS))
                        .announcing(SITE_PREFIX)
                        .withMultipath());
    }

    private static void awaitWays(Topology topology, Bird core, String... gateways) {
        LabGateway.await(
                "the router's ways lead to " + List.of(gateways),
                () -> topology.lan().exec("ip route") + core.log(),
                () -> {
                    String route = topology.lan().exec("ip route show " + Topology.VPC_PREFIX);
                    return route.split("via ", -1).length - 1 == gateways.length
                            && List.of(gateways).stream()
                                    .allMatch(g -> route.contains("via " + g + " "));
                });
    }

    private static long bytesOut(CulvertProcess gateway, Endpoint endpoint) {
        return gateway.status().number("tunnels", endpoint.tunnelName(), "traffic", "bytesOut");
    }

    /** A datagram each from a port of its own. */
    private static void sendFlows(Topology topology) {
        topology.lan()
                .exec(
                        "bash -c",
                        "for i in $(seq %d); do head -c %d /dev/zero > /dev/udp/%s/%d; done"
                                .formatted(FLOWS, FLOW_BYTES, Topology.VPC_HOST, Probes.ECHO_PORT));
    }

    private static void assertPings(Topology topology) {
        LabGateway.await(
                "the site's network to the VPC",
                () -> topology.lan().exec("ip route") + topology.vpc().exec("ip route"),
                () -> topology.lan().ping(Topology.VPC_HOST, 5, "-I", SITE_HOST).complete());
    }

    @Test
    void flowsAreSpreadOverBothAndGoOnOverTheOneThatIsLeft() {
        try (Topology topology = Topology.open()) {
            SecondGateway second = topology.addGateway();
            topology.lan().ip("address add " + SITE_HOST + "/32 dev lo");
            topology.lan().sysctl("net.ipv4.fib_multipath_hash_policy", 1);
            Probes.echoServer(topology.vpc());
            try (AwsSide aws =
                            AwsSide.start(
                                    topology,
                                    endpoint ->
                                            endpoint == Endpoint.AWS1
                                                    ? StrongSwanSpec.aws(endpoint)
                                                    : SecondGateway.aws(endpoint),
                                    Topology.VPC_PREFIX);
                    Bird core = core(topology);
                    CulvertProcess gateway1 =
                            LabGateway.start(
                                    topology,
                                    gateway(
                                            GatewaySpec.customer(Endpoint.AWS1),
                                            Topology.LAN_GATEWAY));
                    CulvertProcess gateway2 =
                            CulvertProcess.start(
                                    topology,
                                    second.namespace(),
                                    gateway(
                                            SecondGateway.customer(Endpoint.AWS2),
                                            SecondGateway.LAN_ADDRESS),
                                    Launcher.ofSystem())) {
                gateway1.awaitUp(LIMIT);
                gateway2.awaitUp(LIMIT);
                awaitWays(topology, core, Topology.LAN_GATEWAY, SecondGateway.LAN_ADDRESS);
                LabGateway.await(
                        "AWS has the site's prefix from both",
                        () -> gateway1.log() + gateway2.log(),
                        () ->
                                aws.speaker(Endpoint.AWS1).learned().contains(SITE_PREFIX)
                                        && aws.speaker(Endpoint.AWS2)
                                                .learned()
                                                .contains(SITE_PREFIX));
                assertPings(topology);

                long before1 = bytesOut(gateway1, Endpoint.AWS1);
                long before2 = bytesOut(gateway2, Endpoint.AWS2);
                sendFlows(topology);
                LabGateway.await(
                        "all flows have left",
                        () -> gateway1.cli("status").stdout() + gateway2.cli("status").stdout(),
                        () ->
                                bytesOut(gateway1, Endpoint.AWS1)
                                                + bytesOut(gateway2, Endpoint.AWS2)
                                                - before1
                                                - before2
                                        >= FLOWS * FLOW_BYTES);
                long bytes1 = bytesOut(gateway1, Endpoint.AWS1) - before1;
                long bytes2 = bytesOut(gateway2, Endpoint.AWS2) - before2;
                assertTrue(
                        Math.min(bytes1, bytes2) > 4 * FLOW_BYTES,
                        () -> "of 40 flows " + bytes1 + " and " + bytes2 + " octets");

                // Whichever has the flow: the first is killed, and comes back.
                Probes.EchoRun echo =
                        Probes.echo(
                                        topology.lan(),
                                        Topology.VPC_HOST,
                                        Duration.ofMillis(20),
                                        LIMIT,
                                        64)
                                .awaitFirstAnswer();
                gateway1.kill();
                awaitWays(topology, core, SecondGateway.LAN_ADDRESS);
                LabGateway.await(
                        "AWS goes the other way", aws::routes, () -> aws.chosen() == Endpoint.AWS2);
                assertPings(topology);
                EchoReport report = echo.stop().report();
                System.out.printf(
                        "one of two gateways killed: %.0f ms without an answer%n",
                        report.longestSilenceMillis());
                assertTrue(report.longestSilenceMillis() < 10_000, report::toString);

                gateway1.startAgain();
                gateway1.awaitUp(LIMIT);
                awaitWays(topology, core, Topology.LAN_GATEWAY, SecondGateway.LAN_ADDRESS);
                assertPings(topology);
            }
        }
    }
}
