package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.awaitReason;
import static culvert.gateway.LabGateway.awaitTunnel;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.BirdSpec;
import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Link;
import culvert.lab.Probes;
import culvert.lab.Topology;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The site's own links to the Internet end: one for each tunnel, first the one, then the other. */
class OutsideInterfaceIT {
    private static final String OWN_LINK = "out1";

    /**
     * A second wire to the Internet, for what the first tunnel sends; without it that goes nowhere.
     */
    private static void addLink(Topology topology) {
        topology.gateway()
                .ip(
                        "link add %s type veth peer name gw1 netns %s"
                                .formatted(OWN_LINK, topology.internet().name()),
                        "route add unreachable %s metric 5000"
                                .formatted(Endpoint.AWS1.outsideAddress()));
        topology.gateway().sysctl("net.ipv4.conf." + OWN_LINK + ".arp_ignore", 1);
        topology.internet().ip("link set dev gw1 master br0", "link set dev gw1 up");
        bringUpLink(topology);
    }

    private static void bringUpLink(Topology topology) {
        String peer = Endpoint.AWS1.outsideAddress();
        // Asked for on two links, the others would learn whichever answered last.
        String hardware =
                topology.endpoint(Endpoint.AWS1).exec("cat /sys/class/net/out0/address").strip();
        topology.gateway()
                .ip(
                        "link set dev " + OWN_LINK + " up",
                        "neigh replace %s lladdr %s dev %s nud permanent"
                                .formatted(peer, hardware, OWN_LINK),
                        "route replace %s dev %s src %s"
                                .formatted(peer, OWN_LINK, Topology.GATEWAY_OUTSIDE));
    }

    private static void awaitFirstTunnel(CulvertProcess gateway, AwsSide aws) {
        LabGateway.await(
                "packets take the first tunnel both ways",
                () -> gateway.cli("routes").stdout() + aws.routes(),
                () ->
                        gateway.status().text("routes", "active").orElse("").equals("aws-1")
                                && aws.chosen() == Endpoint.AWS1);
    }

    @Test
    void aLinkThatGoesDownTakesItsTunnelsWithItAndNoOthers() {
        try (Topology topology = Topology.open()) {
            Probes.echoServer(topology.vpc());
            addLink(topology);
            GatewaySpec spec =
                    GatewaySpec.customer(Endpoint.values())
                            .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX)
                            .withTop("routes", "{hold-down: 1s}")
                            // Nothing but the kernel can tell in the time that is measured.
                            .withEachTunnel(t -> t.withLiveness("10s", "30s", "null"))
                            .withEachTunnel(LabGateway::preferringTheFirst);
            try (AwsSide aws = AwsSide.start(topology, Topology.VPC_PREFIX);
                    CulvertProcess gateway = LabGateway.start(topology, spec)) {
                gateway.awaitUp(LIMIT);
                awaitFirstTunnel(gateway, aws);
                Probes.EchoRun echo =
                        Probes.echo(
                                        topology.lan(),
                                        Topology.VPC_HOST,
                                        Duration.ofMillis(20),
                                        Duration.ofSeconds(3),
                                        64)
                                .awaitFirstAnswer();
                topology.gateway().link(OWN_LINK).down();
                EchoReport report = echo.report();
                System.out.printf(
                        "outside interface down: %.0f ms without an answer%n",
                        report.longestSilenceMillis());
                assertTrue(report.longestSilenceMillis() < 1000, report::toString);
                awaitReason(
                        gateway,
                        "aws-1",
                        "the interface out1, which leads to 198.18.0.11, is down");
                assertTrue(gateway.log().contains("out1"), gateway::log);

                // The wire behind the other one is pulled: the interface itself stays up.
                Link farEnd = topology.internet().link("gw");
                farEnd.down();
                awaitReason(
                        gateway,
                        "aws-2",
                        "the interface out0, which leads to 198.18.0.12, has no carrier");
                LabGateway.assertGuarded(topology, Topology.VPC_PREFIX);

                farEnd.up();
                bringUpLink(topology);
                awaitTunnel(gateway, "aws-1", "up");
                awaitTunnel(gateway, "aws-2", "up");
                awaitFirstTunnel(gateway, aws);
                LabGateway.assertPings(topology);
            }
        }
    }
}
