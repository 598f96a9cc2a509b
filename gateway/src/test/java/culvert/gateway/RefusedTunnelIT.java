package culvert.gateway;

import static culvert.gateway.LabGateway.awaitReason;
import static culvert.gateway.LabGateway.awaitTunnel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Capture;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A tunnel that cannot come up says why, keeps trying, and leaves the other alone. */
class RefusedTunnelIT {
    private static Topology topology;
    private static StrongSwanEndpoint healthy;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
        healthy = StrongSwanEndpoint.startAws(topology, Endpoint.AWS2);
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    private void assertRefused(StrongSwanSpec peer, String reason) {
        try (StrongSwanEndpoint broken =
                        StrongSwanEndpoint.start(topology, topology.endpoint(Endpoint.AWS1), peer);
                CulvertProcess gateway =
                        LabGateway.start(topology, LabGateway.customer(Endpoint.values()))) {
            topology.routeVpcVia(Endpoint.AWS2);
            awaitTunnel(gateway, "aws-2", "up");
            awaitReason(gateway, "aws-1", reason);
            assertEquals("connecting", gateway.status().tunnelState("aws-1"));
            LabGateway.assertPings(topology);
            assertEquals(1, healthy.listSas().size());
            assertFalse(gateway.log().contains(Endpoint.AWS1.preSharedKey()));
            assertTrue(broken.process().isAlive());
        }
    }

    @Test
    void wrongPreSharedKey() {
        assertRefused(
                StrongSwanSpec.aws(Endpoint.AWS1).withPreSharedKey("another.key_42"),
                "AUTHENTICATION_FAILED");
    }

    @Test
    void noCommonIkeProposal() {
        assertRefused(
                StrongSwanSpec.aws(Endpoint.AWS1)
                        .withProposals("aes128-sha1-modp1024", "aes256gcm16-ecp384"),
                "NO_PROPOSAL_CHOSEN");
    }

    @Test
    void noCommonEspProposal() {
        assertRefused(
                StrongSwanSpec.aws(Endpoint.AWS1)
                        .withProposals("aes256gcm16-prfsha384-ecp384", "aes128-sha256"),
                "NO_PROPOSAL_CHOSEN");
    }

    @Test
    void selectorsThatThePeerDoesNotAccept() {
        assertRefused(
                StrongSwanSpec.aws(Endpoint.AWS1)
                        .withChild("remote_ts", "172.31.7.0/24")
                        .withChild("local_ts", "fd00:1::/64"),
                "TS_UNACCEPTABLE");
    }

    @Test
    void peerThatDoesNotAnswer() {
        try (CulvertProcess gateway =
                LabGateway.start(topology, LabGateway.customer(Endpoint.values()))) {
            awaitTunnel(gateway, "aws-2", "up");
            awaitReason(gateway, "aws-1", "does not answer");
            assertEquals(4, gateway.cli("status").exitCode());
            assertEquals(8, gateway.cli("wait", "--timeout", "1s").exitCode());
        }
    }

    @Test
    void noPlaintextLeavesWhileNoTunnelIsUp() {
        topology.drop(Endpoint.AWS1);
        try (Capture wire = Capture.start(topology, topology.outside(), "no-tunnel.pcap");
                CulvertProcess gateway =
                        LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
            assertEquals(5, gateway.cli("status").exitCode());
            assertFalse(topology.lan().reaches(Topology.VPC_HOST, 10));
            LabGateway.assertGuarded(topology, Topology.VPC_PREFIX);
            wire.stop();
            wire.requireNoPlaintext();
            assertTrue(gateway.cli("down", "aws-1").succeeded());
            awaitTunnel(gateway, "aws-1", "down");
        } finally {
            topology.restore(Endpoint.AWS1);
        }
    }
}
