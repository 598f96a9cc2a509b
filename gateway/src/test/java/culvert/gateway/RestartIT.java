package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertGuarded;
import static culvert.gateway.LabGateway.assertOrderlyEnd;
import static culvert.gateway.LabGateway.assertPings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.BirdSpec;
import culvert.lab.Capture;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Probes;
import culvert.lab.Topology;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A gateway that is killed: nothing leaks while it is gone, and nothing stale stays. */
class RestartIT {
    private static final String OTHER_PREFIX = "10.21.0.0/16";

    /** What our OPEN announces (RFC 4724): so long the peers keep our routes. */
    private static final Duration RESTART_TIME = Duration.ofMinutes(2);

    private static Topology topology;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
        Probes.echoServer(topology.vpc());
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    private static GatewaySpec customer() {
        return GatewaySpec.customer(Endpoint.values())
                .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX);
    }

    @Test
    void nothingLeaksWhileTheProcessIsGoneAndNothingStaleStays() {
        try (AwsSide aws = AwsSide.start(topology, Topology.VPC_PREFIX, OTHER_PREFIX);
                CulvertProcess gateway = LabGateway.start(topology, customer());
                Capture wire = Capture.start(topology, topology.outside(), "restart.pcap")) {
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            LabGateway.await(
                    "both guards stand",
                    () -> topology.gateway().exec("ip route show type blackhole"),
                    () -> guards() == 2);
            Probes.EchoRun echo =
                    Probes.echo(
                                    topology.lan(),
                                    Topology.VPC_HOST,
                                    Duration.ofMillis(20),
                                    LIMIT.plus(LIMIT),
                                    64)
                            .awaitFirstAnswer();
            gateway.kill();
            assertGuarded(topology, Topology.VPC_PREFIX);
            assertGuarded(topology, OTHER_PREFIX);
            assertFalse(topology.lan().reaches(Topology.VPC_HOST, 3));
            for (Endpoint endpoint : Endpoint.values()) {
                // The keys of the SAs were the process's, but the way back waits for the next ones.
                assertEquals(
                        List.of(Topology.LAN_PREFIX), aws.speaker(endpoint).learned(), "it waits");
            }
            for (Endpoint endpoint : Endpoint.values()) {
                aws.speaker(endpoint).announce(List.of(Topology.VPC_PREFIX));
            }
            gateway.startAgain();
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            double silenceMillis = echo.stop().report().longestSilenceMillis();
            System.out.printf("kill -9 and restart: %.0f ms without an answer%n", silenceMillis);
            assertTrue(silenceMillis < RESTART_TIME.toMillis(), silenceMillis + " ms");
            for (Endpoint endpoint : Endpoint.values()) {
                String log = aws.speaker(endpoint).log();
                assertFalse(log.contains("Neighbor graceful restart failed"), log);
            }
            LabGateway.await(
                    "the stale guard goes",
                    gateway::log,
                    () -> topology.gateway().exec("ip route show " + OTHER_PREFIX).isBlank());
            assertEquals(1, guards());
            wire.stop();
            assertEquals(0, wire.count("net 10.0.0.0/8 or net 192.168.0.0/16"));
            assertOrderlyEnd(gateway);
            assertEquals("", topology.gateway().exec("ip route show proto 213"));
        }
    }

    @Test
    void guardsStayAsLongAsNobodyKnowsWhatThePeersWouldSay() {
        topology.gateway()
                .ip("route add blackhole " + OTHER_PREFIX + " proto 213 metric 2147483647");
        topology.drop(Endpoint.AWS1);
        topology.drop(Endpoint.AWS2);
        try (AwsSide aws = AwsSide.start(topology, Topology.VPC_PREFIX);
                CulvertProcess gateway = LabGateway.start(topology, customer())) {
            assertFalse(topology.lan().reaches("10.21.0.1", 2));
            assertGuarded(topology, OTHER_PREFIX);
            topology.restore(Endpoint.AWS1);
            topology.restore(Endpoint.AWS2);
            gateway.awaitUp(LIMIT);
            assertTrue(aws.speaker(Endpoint.AWS1).isEstablished());
            LabGateway.await(
                    "it goes when they have spoken",
                    gateway::log,
                    () -> topology.gateway().exec("ip route show " + OTHER_PREFIX).isBlank());
        } finally {
            topology.restore(Endpoint.AWS1);
            topology.restore(Endpoint.AWS2);
            topology.gateway().attempt("ip route del blackhole " + OTHER_PREFIX);
        }
    }

    private static long guards() {
        return topology.gateway().exec("ip route show type blackhole").lines().count();
    }
}
