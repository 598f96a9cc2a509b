package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertOrderlyEnd;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.awaitTunnel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Capture;
import culvert.lab.CulvertProcess;
import culvert.lab.CulvertStatus;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.IkeSaReport;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanRelease;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Culvert against strongSwan, configured as AWS configures its side. */
class StrongSwanIT {
    private static Topology topology;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    @ParameterizedTest(name = "{0}, {1} / {2}, strongSwan starts: {3}")
    @CsvSource({
        "INSTALLED, aes256gcm16-prfsha384-ecp384, aes256gcm16-ecp384, false",
        "INSTALLED, aes256gcm16-prfsha384-ecp384, aes256gcm16-ecp384, true",
        "INSTALLED, aes128-sha256-modp2048, aes128gcm16-modp2048, false",
        "INSTALLED, aes128-sha256-modp2048, aes128gcm16-modp2048, true",
        "INSTALLED, aes256-sha512-modp4096, aes256gcm16-modp4096, false",
        "INSTALLED, aes256-sha512-modp4096, aes256gcm16-modp4096, true",
        "DEBIAN_13, aes256gcm16-prfsha384-ecp384, aes256gcm16-ecp384, false",
        "DEBIAN_13, aes256gcm16-prfsha384-ecp384, aes256gcm16-ecp384, true",
        // strongSwan 6 has RFC 9370; Debian's has no ML-KEM, so that other methods stand in.
        "DEBIAN_13, aes256gcm16-prfsha384-ecp384-ke1_modp8192-ke2_ecp256,"
                + " aes256gcm16-ecp384-ke1_modp2048-ke2_ecp521, false",
        "DEBIAN_13, aes256gcm16-prfsha384-ecp384-ke1_modp8192-ke2_ecp256,"
                + " aes256gcm16-ecp384-ke1_modp2048-ke2_ecp521, true",
        "DEBIAN_13, aes256-sha256-modp2048-ke1_curve25519, aes128gcm16-modp2048, true",
    })
    void carriesTrafficThroughRekeysInBothRoles(
            StrongSwanRelease release, String ike, String esp, boolean strongSwanStarts) {
        StrongSwanSpec aws = StrongSwanSpec.aws(Endpoint.AWS1).withProposals(ike, esp);
        try (StrongSwanEndpoint peer =
                        StrongSwanEndpoint.start(
                                topology,
                                topology.endpoint(Endpoint.AWS1),
                                release,
                                strongSwanStarts ? aws.withChild("dpd_action", "restart") : aws);
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                LabGateway.customer(Endpoint.AWS1)
                                        .withEachTunnel(
                                                tunnel ->
                                                        tunnel.withProposals(ike, "8h", esp, "1h")
                                                                .with(
                                                                        "role",
                                                                        strongSwanStarts
                                                                                ? "respond"
                                                                                : "initiate")))) {
            topology.routeVpcVia(Endpoint.AWS1);
            if (strongSwanStarts) {
                peer.initiate();
            }
            gateway.awaitUp(LIMIT);
            assertEquals(ike, gateway.status().text("tunnels", "aws-1", "ike", "suite").orElse(""));
            assertEquals(
                    strongSwanStarts ? "responder" : "initiator",
                    gateway.status().text("tunnels", "aws-1", "ike", "role").orElse(""));
            assertPings(topology);

            String firstSpi = spiIn(gateway);
            assertEquals(0, gateway.cli("rekey", "aws-1").exitCode());
            awaitNewSpi(gateway, firstSpi);
            assertPings(topology);

            String secondSpi = spiIn(gateway);
            peer.rekeyChild();
            awaitNewSpi(gateway, secondSpi);
            assertPings(topology);

            long uniqueId = peer.listSas().getFirst().uniqueId();
            assertEquals(0, gateway.cli("rekey", "--ike", "aws-1").exitCode());
            awaitNewIkeSa(peer, uniqueId);
            long secondId = peer.listSas().getFirst().uniqueId();
            peer.rekeyIke();
            awaitNewIkeSa(peer, secondId);
            assertPings(topology);
            assertEquals(1, peer.listSas().size(), "one IKE SA is left");
            assertOrderlyEnd(gateway);
            LabGateway.await(
                    "the peer has forgotten us", peer::log, () -> peer.listSas().isEmpty());
        }
    }

    @Test
    void bothTunnelsCarryTrafficAndTheCountersOfBothSidesAgree() {
        try (StrongSwanEndpoint aws1 = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                StrongSwanEndpoint aws2 = StrongSwanEndpoint.startAws(topology, Endpoint.AWS2);
                Capture wire = Capture.start(topology, topology.outside(), "outside.pcap");
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                LabGateway.customer(Endpoint.values())
                                        // Probes would be counted on one side before the other.
                                        .withEachTunnel(
                                                t -> t.withLiveness("500ms", "2s", "null")))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            assertEquals(2, aws1.listSas().size() + aws2.listSas().size());

            // Paced, because strongSwan's socket loses packets of a flood before it counts them.
            Probes.echoServer(topology.vpc());
            EchoReport echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(2)).report();
            assertEquals(0, echo.lost());
            CulvertStatus ours = gateway.status();
            IkeSaReport.ChildSaReport theirs = aws1.listSas().getFirst().child().orElseThrow();
            assertEquals(
                    theirs.packetsIn(),
                    ours.number("tunnels", "aws-1", "traffic", "packetsOut"),
                    "packets that we sent");
            assertEquals(
                    theirs.packetsOut(),
                    ours.number("tunnels", "aws-1", "traffic", "packetsIn"),
                    "packets that we received");
            assertEquals(
                    theirs.bytesIn(),
                    ours.number("tunnels", "aws-1", "traffic", "bytesOut"),
                    "bytes that we sent");
            assertEquals(
                    theirs.bytesOut(),
                    ours.number("tunnels", "aws-1", "traffic", "bytesIn"),
                    "bytes that we received");
            Probes.tcpServer(topology.vpc());
            for (Probes.Direction direction : Probes.Direction.values()) {
                double megabits =
                        Probes.tcpMegabitsPerSecond(
                                topology.lan(), Topology.VPC_HOST, 1, 1, direction);
                assertTrue(megabits > 1, direction + ": " + megabits + " Mbit/s");
            }
            wire.stop();
            wire.requireNoPlaintext();
        }
    }

    @Test
    void movesTrafficWhenATunnelDiesSilentlyAndBackWhenItReturns() {
        try (StrongSwanEndpoint aws1 = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                StrongSwanEndpoint aws2 = StrongSwanEndpoint.startAws(topology, Endpoint.AWS2);
                CulvertProcess gateway =
                        LabGateway.start(topology, LabGateway.customer(Endpoint.values()))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            assertEquals("aws-1", gateway.status().text("routes", "active").orElse(""));

            topology.drop(Endpoint.AWS1);
            topology.routeVpcVia(Endpoint.AWS2);
            awaitTunnel(gateway, "aws-1", "connecting");
            assertEquals("aws-2", gateway.status().text("routes", "active").orElse(""));
            assertPings(topology);
            assertEquals(4, gateway.cli("status").exitCode(), "degraded");

            topology.restore(Endpoint.AWS1);
            awaitTunnel(gateway, "aws-1", "up");
            topology.routeVpcVia(Endpoint.AWS1);
            assertPings(topology);
            assertEquals(1, aws2.listSas().size());
        }
    }

    @Test
    void comesBackWhenThePeerRestartsAndForgets() {
        try (StrongSwanEndpoint aws1 = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                CulvertProcess gateway =
                        LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            String before = spiIn(gateway);
            aws1.restart();
            awaitNewSpi(gateway, before);
            awaitTunnel(gateway, "aws-1", "up");
            assertPings(topology);
        }
    }

    @Test
    void comesBackWhenThePeerDeletesTheTunnel() {
        try (StrongSwanEndpoint aws1 = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                CulvertProcess gateway =
                        LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            String before = spiIn(gateway);
            aws1.terminate();
            awaitNewSpi(gateway, before);
            awaitTunnel(gateway, "aws-1", "up");
            assertPings(topology);
        }
    }

    @Test
    void replacesItsOwnOldSaAfterItCrashed() {
        try (StrongSwanEndpoint aws1 = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                CulvertProcess gateway =
                        LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            gateway.kill();
            gateway.startAgain();
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            assertEquals(1, aws1.listSas().size(), "INITIAL_CONTACT removed the old one");
        }
    }

    @Test
    void leavesNothingBehindAtSigterm() {
        try (StrongSwanEndpoint aws1 = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                CulvertProcess gateway =
                        LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
            gateway.awaitUp(LIMIT);
            LabGateway.assertRouted(topology, "10.20.0.0/16", "cv0");
            assertOrderlyEnd(gateway);
            assertFalse(topology.gateway().exec("ip route show").contains("10.20.0.0/16"));
            assertFalse(topology.gateway().exec("ip link show").contains("cv0"));
            aws1.awaitLog("received DELETE for IKE_SA", LIMIT);
        }
    }

    private static String spiIn(CulvertProcess gateway) {
        return gateway.status().text("tunnels", "aws-1", "esp", "spiIn").orElse("none");
    }

    private static void awaitNewSpi(CulvertProcess gateway, String old) {
        LabGateway.await(
                "a new CHILD SA",
                gateway::log,
                () -> !spiIn(gateway).equals(old) && !spiIn(gateway).equals("none"));
        assertNotEquals(old, spiIn(gateway));
    }

    private static void awaitNewIkeSa(StrongSwanEndpoint peer, long oldUniqueId) {
        LabGateway.await(
                "a new IKE SA",
                peer::log,
                () ->
                        peer.listSas().size() == 1
                                && peer.listSas().getFirst().uniqueId() != oldUniqueId);
    }
}
