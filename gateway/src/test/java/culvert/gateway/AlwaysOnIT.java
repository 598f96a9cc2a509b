package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.await;
import static culvert.gateway.LabGateway.awaitTunnel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.Fault;
import culvert.lab.IkeSaReport;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What happens to a tunnel in years, against strongSwan: it is up again by itself, or never down.
 */
class AlwaysOnIT {
    private static Topology topology;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
        topology.routeVpcVia(Endpoint.AWS1);
        Probes.echoServer(topology.vpc());
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    private static StrongSwanEndpoint start(StrongSwanSpec spec) {
        return StrongSwanEndpoint.start(topology, topology.endpoint(Endpoint.AWS1), spec);
    }

    private static CulvertProcess gateway() {
        return LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1));
    }

    /** AWS's maintenance: the tunnel stays down until we call what is new at the same address. */
    @Test
    void endpointIsReplacedAtTheSameAddress() {
        try (StrongSwanEndpoint aws = start(StrongSwanSpec.aws(Endpoint.AWS1));
                CulvertProcess gateway = gateway()) {
            gateway.awaitUp(LIMIT);
            aws.stop();
            awaitTunnel(gateway, "aws-1", "connecting");
            aws.start();
            awaitTunnel(gateway, "aws-1", "up");
            assertPings(topology);
            assertEquals(1, aws.listSas().size());
        }
    }

    /** AWS's startup action "start": both ends call at once and again when the network is there. */
    @ParameterizedTest
    @ValueSource(strings = {"replace", "never"})
    void crossingInitiationsLeaveATunnelThatStands(String unique) {
        topology.drop(Endpoint.AWS1);
        try (StrongSwanEndpoint aws =
                        start(
                                StrongSwanSpec.aws(Endpoint.AWS1)
                                        .start()
                                        .withConnection("unique", unique)
                                        .withConnection("keyingtries", "0")
                                        .withChild("dpd_action", "restart")
                                        .with("charon.retransmit_timeout", "0.5"));
                CulvertProcess gateway = gateway()) {
            aws.awaitLog("sending packet", LIMIT);
            topology.restore(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            await("one IKE SA is left", aws::log, () -> aws.listSas().size() == 1);
            assertPings(topology);
        } finally {
            topology.restore(Endpoint.AWS1);
        }
    }

    /** Both call anew when the tunnel is deleted: one restart, and not one that brings the next. */
    @Test
    void endsThatBothRestartDoNotChaseEachOther() throws InterruptedException {
        try (StrongSwanEndpoint aws =
                        start(
                                StrongSwanSpec.aws(Endpoint.AWS1)
                                        .start()
                                        .withConnection("keyingtries", "0")
                                        .withChild("close_action", "start")
                                        .with("charon.retransmit_timeout", "0.5"));
                CulvertProcess gateway = gateway()) {
            gateway.awaitUp(LIMIT);
            for (int i = 0; i < 3; i++) {
                assertTrue(gateway.cli("down", "aws-1").succeeded());
                assertTrue(gateway.cli("up", "aws-1").succeeded());
                gateway.awaitUp(LIMIT);
            }
            Thread.sleep(Duration.ofSeconds(8)); // one leftover is deleted after 5, no more
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofMinutes(2))
                            .awaitFirstAnswer();
            List<Integer> before = ikeSas(aws);
            Thread.sleep(Duration.ofSeconds(32));
            assertEquals(before, ikeSas(aws), aws::log);
            assertEquals(0, echo.stop().report().lost());
        }
    }

    private static List<Integer> ikeSas(StrongSwanEndpoint aws) {
        return aws.listSas().stream().map(IkeSaReport::uniqueId).toList();
    }

    /**
     * IKE answers, and nothing comes on the SA: where there is no other tunnel a rekey mends it.
     */
    @Test
    void childSaWithALostHalfIsReplaced() {
        try (StrongSwanEndpoint aws = start(StrongSwanSpec.aws(Endpoint.AWS1));
                CulvertProcess gateway = gateway()) {
            gateway.awaitUp(LIMIT);
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofMinutes(1))
                            .awaitFirstAnswer();
            String half = spiIn(gateway);
            topology.impair(Endpoint.AWS1, Fault.discard("udp port 4500 and udp[8:4] = 0x" + half));
            await("another CHILD SA", gateway::log, () -> !spiIn(gateway).equals(half));
            assertPings(topology);
            EchoReport report = echo.stop().report();
            assertTrue(report.longestSilenceMillis() < 5000, report::toString);
            assertTrue(gateway.log().contains("the CHILD SA is to be rekeyed"), gateway::log);
            assertEquals(1, aws.listSas().size(), aws::log);
            assertFalse(aws.log().contains("tunnel[2]"), aws::log);
        } finally {
            topology.heal(Endpoint.AWS1);
        }
    }

    private static String spiIn(CulvertProcess gateway) {
        String text = gateway.status().text("tunnels", "aws-1", "esp", "spiIn").orElse("00000000");
        return text.substring(text.length() - 8);
    }

    /** AWS asks its customers to bear with more than one. */
    @Test
    void moreLiveIkeSasToOnePeerDoNotDisturbTraffic() throws InterruptedException {
        try (StrongSwanEndpoint aws =
                        start(
                                StrongSwanSpec.aws(Endpoint.AWS1)
                                        .withConnection("unique", "never")
                                        .with("charon.reuse_ikesa", "no"));
                CulvertProcess gateway = gateway()) {
            gateway.awaitUp(LIMIT);
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(20))
                            .awaitFirstAnswer();
            for (int i = 0; i < 3; i++) {
                aws.initiate();
            }
            await("four IKE SAs were made", aws::log, () -> aws.log().contains("tunnel[4] est"));
            Thread.sleep(Duration.ofSeconds(8)); // one leftover is deleted after 5, no more
            assertEquals(3, aws.listSas().size(), aws::log);
            EchoReport report = echo.stop().report();
            assertEquals(0, report.lost(), report::toString);
            assertEquals("up", gateway.status().tunnelState("aws-1"));
        }
    }

    /** Without a processor for longer than the liveness timeout, it must not blame the peer. */
    @Test
    void starvedGatewayDoesNotDeclareItsPeerDead() throws InterruptedException {
        try (StrongSwanEndpoint aws = start(StrongSwanSpec.aws(Endpoint.AWS1));
                CulvertProcess gateway = gateway()) {
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            String spi = gateway.status().text("tunnels", "aws-1", "esp", "spiIn").orElse("none");
            gateway.process().freeze();
            Thread.sleep(Duration.ofSeconds(7)); // liveness here: 4 s
            gateway.process().thaw();
            assertPings(topology);
            Thread.sleep(Duration.ofSeconds(1));
            assertEquals(
                    spi,
                    gateway.status().text("tunnels", "aws-1", "esp", "spiIn").orElse("none"),
                    gateway::log);
            assertFalse(gateway.log().contains("answer"), gateway::log);
            assertEquals(1, aws.listSas().size());
        }
    }
}
