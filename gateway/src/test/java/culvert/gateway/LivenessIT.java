package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.awaitTunnel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Capture;
import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.Fault;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.Topology;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Liveness by IKE alone: what keeps a peer alive, and what a dead one is told. */
class LivenessIT {
    private static final String FROM_AWS = "src host " + Endpoint.AWS1.outsideAddress();
    private static final String IKE_PROBES =
            "src host " + Topology.GATEWAY_OUTSIDE + " and udp port 4500 and udp[8:4] = 0";

    private static Topology topology;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
        topology.routeVpcVia(Endpoint.AWS1);
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    private static GatewaySpec customer(String dpdInterval, String dpdTimeout) {
        return LabGateway.customer(Endpoint.AWS1)
                .withEachTunnel(t -> t.withLiveness(dpdInterval, dpdTimeout, "null"));
    }

    /**
     * Nothing but answers to IKE's questions shows that the peer lives, while we send all we can.
     */
    @Test
    void probesDoNotStarveBehindAFloodOfData() {
        try (CulvertProcess aws =
                        CulvertProcess.start(
                                topology,
                                topology.endpoint(Endpoint.AWS1),
                                GatewaySpec.aws(Endpoint.AWS1)
                                        .withEachTunnel(t -> t.withLiveness("60s", "90s", "null")),
                                Launcher.ofSystem());
                CulvertProcess gateway = LabGateway.start(topology, customer("500ms", "2s"));
                Capture wire = Capture.start(topology, topology.outside(), "probes.pcap")) {
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            String spi = spiIn(gateway);
            topology.impair(
                    Endpoint.AWS1,
                    Fault.discard(FROM_AWS + " and udp port 4500 and udp[8:4] != 0"));
            EchoReport flood =
                    Probes.echo(
                                    topology.lan(),
                                    Topology.VPC_HOST,
                                    Duration.ofNanos(20_000),
                                    Duration.ofSeconds(10),
                                    1000)
                            .report();
            assertEquals(0, flood.received(), "nothing came back");
            assertEquals("up", gateway.status().tunnelState("aws-1"), gateway::log);
            assertEquals(spi, spiIn(gateway), gateway::log);
            assertFalse(gateway.log().contains("no longer answers"), gateway::log);
            wire.stop();
            long asked = wire.count(IKE_PROBES);
            assertTrue(asked >= 10, asked + " probes in 10 s");
            System.out.printf(
                    "%d packets in 10 s one way, %d probes of IKE beside them, %d packets taken%n",
                    flood.sent(),
                    asked,
                    aws.status().number("tunnels", "aws-1", "traffic", "packetsIn"));
        } finally {
            topology.heal(Endpoint.AWS1);
        }
    }

    private static String spiIn(CulvertProcess gateway) {
        return gateway.status().text("tunnels", "aws-1", "esp", "spiIn").orElse("none");
    }

    /** The way back is dead alone: the peer hears that we gave it up, and forgets us at once. */
    @Test
    void deadPeerThatStillHearsUsIsTold() {
        try (StrongSwanEndpoint aws = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                CulvertProcess gateway = LabGateway.start(topology, customer("500ms", "2s"))) {
            gateway.awaitUp(LIMIT);
            topology.impair(Endpoint.AWS1, Fault.discard(FROM_AWS));
            awaitTunnel(gateway, "aws-1", "connecting");
            aws.awaitLog("received DELETE for IKE_SA tunnel[1]", Duration.ofSeconds(2));
            topology.heal(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            assertEquals(1, aws.listSas().size(), aws::log);
        } finally {
            topology.heal(Endpoint.AWS1);
        }
    }
}
