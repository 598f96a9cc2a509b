package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Capture;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.Fault;
import culvert.lab.GatewaySpec;
import culvert.lab.LabProcess;
import culvert.lab.Launcher;
import culvert.lab.Link;
import culvert.lab.NatRelay;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** NATs that forget, firewalls that know one port, paths that fragment; strongSwan at the end. */
class NatIT {
    private static final String FRAGMENTS = "ip[6:2] & 0x3fff != 0";

    private Topology topology;

    @BeforeEach
    void buildNetwork() {
        topology = Topology.open();
        topology.routeVpcVia(Endpoint.AWS1);
    }

    @AfterEach
    void tearDown() {
        topology.close();
    }

    private StrongSwanEndpoint start(StrongSwanSpec spec) {
        return StrongSwanEndpoint.start(topology, topology.endpoint(Endpoint.AWS1), spec);
    }

    private static GatewaySpec behindNat() {
        return LabGateway.customer(Endpoint.AWS1)
                .withEachTunnel(
                        tunnel ->
                                tunnel.withLiveness("1s", "10s", "250ms")
                                        .with("peer-address", Endpoint.AWS1.relayAddress())
                                        .with("peer-identity", Endpoint.AWS1.outsideAddress()));
    }

    /** Both addresses are translated, so both ends are behind a NAT; then it reboots. */
    @Test
    void newMappingOfOursIsFollowedByStrongSwan() {
        LabProcess nat = NatRelay.start(topology, Endpoint.AWS1, NatRelay.Line.perfect());
        try (StrongSwanEndpoint peer =
                        start(
                                StrongSwanSpec.aws(Endpoint.AWS1)
                                        .withConnection("remote_addrs", "%any"));
                CulvertProcess gateway = LabGateway.start(topology, behindNat())) {
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            peer.awaitLog("local host is behind NAT", LIMIT);
            peer.awaitLog("remote host is behind NAT", LIMIT);
            long ikeSa = peer.listSas().getFirst().uniqueId();
            nat.kill();
            NatRelay.start(topology, Endpoint.AWS1, NatRelay.Line.perfect());
            assertPings(topology);
            assertEquals(ikeSa, peer.listSas().getFirst().uniqueId(), "the same IKE SA");
        }
    }

    /** The same with Culvert at the other end: IKE and ESP move together (RFC 7296 2.23). */
    @Test
    void newMappingOfThePeerIsFollowedByUs() {
        LabProcess nat = NatRelay.start(topology, Endpoint.AWS1, NatRelay.Line.perfect());
        GatewaySpec aws =
                GatewaySpec.aws(Endpoint.AWS1)
                        .withEachTunnel(
                                tunnel ->
                                        tunnel.with(
                                                        "peer-address",
                                                        Endpoint.AWS1.translatedAddress())
                                                .with("peer-identity", Topology.GATEWAY_OUTSIDE));
        try (CulvertProcess peer =
                        CulvertProcess.start(
                                topology,
                                topology.endpoint(Endpoint.AWS1),
                                aws,
                                Launcher.ofSystem());
                CulvertProcess gateway = LabGateway.start(topology, behindNat())) {
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            nat.kill();
            NatRelay.start(topology, Endpoint.AWS1, NatRelay.Line.perfect());
            assertPings(topology);
            await(
                    "the peer's log says so",
                    peer::log,
                    () -> peer.log().contains("the NAT of the peer has moved it"));
            assertEquals("up", gateway.status().tunnelState("aws-1"));
            assertTrue(gateway.cli("rekey", "--ike", "aws-1").succeeded());
            assertPings(topology);
        }
    }

    /** RFC 7296 2.23: a NAT forgets a mapping over which nothing is said. */
    @Test
    void keepaliveLeavesWhenNothingElseDoes() {
        NatRelay.start(topology, Endpoint.AWS1, NatRelay.Line.perfect());
        try (StrongSwanEndpoint peer =
                        start(
                                StrongSwanSpec.aws(Endpoint.AWS1)
                                        .withConnection("remote_addrs", "%any")
                                        .withLiveness(60, "clear")
                                        .with("charon.keep_alive", "0"));
                Capture wire = Capture.start(topology, topology.outside(), "keepalive.pcap");
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                behindNat()
                                        .withEachTunnel(
                                                t -> t.withLiveness("60s", "90s", "null")))) {
            gateway.awaitUp(LIMIT);
            String keepalive = "udp port 4500 and udp[4:2] = 9 and udp[8] = 0xff";
            await(
                    "a keepalive",
                    gateway::log,
                    () -> wire.count("src " + Topology.GATEWAY_OUTSIDE + " and " + keepalive) > 0);
            assertPings(topology);
            assertEquals(1, peer.listSas().size());
        }
    }

    /** We do not say that we support it, so that a peer that does keeps to what it has. */
    @Test
    void mobikeOfThePeerIsDeclined() {
        try (StrongSwanEndpoint peer =
                        start(StrongSwanSpec.aws(Endpoint.AWS1).withConnection("mobike", "yes"));
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                LabGateway.customer(Endpoint.AWS1)
                                        .withEachTunnel(t -> t.with("role", "respond")))) {
            peer.initiate();
            gateway.awaitUp(LIMIT);
            assertTrue(peer.log().contains("N(MOBIKE_SUP)"), "the peer offers it");
            topology.endpoint(Endpoint.AWS1).ip("address add 198.18.0.99/32 dev lo");
            assertPings(topology);
            assertTrue(gateway.cli("rekey", "--ike", "aws-1").succeeded());
            assertPings(topology);
            assertEquals(1, peer.listSas().size());
            assertFalse(peer.log().contains("peer supports MOBIKE"), peer::log);
            assertEquals(
                    Endpoint.AWS1.outsideAddress(),
                    gateway.status().text("tunnels", "aws-1", "peerAddress").orElse(""));
        }
    }

    /** A peer may begin on 4500 as well (RFC 7296 2.23), and must where 500 is closed. */
    @Test
    void port4500Alone() {
        topology.impair(Endpoint.AWS1, Fault.discard("udp port 500"));
        try (StrongSwanEndpoint peer =
                        start(
                                StrongSwanSpec.aws(Endpoint.AWS1)
                                        .withConnection("local_port", "4500")
                                        .withConnection("remote_port", "4500"));
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                LabGateway.customer(Endpoint.AWS1)
                                        .withEachTunnel(t -> t.with("role", "respond")))) {
            peer.initiate();
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            assertTrue(gateway.cli("rekey", "--ike", "aws-1").succeeded());
            assertPings(topology);
        }
    }

    /** IKE_SA_INIT cannot be fragmented by IKE (RFC 7383 2.1): IP does it, both ways. */
    @Test
    void ikeSaInitInFragments() {
        for (Link link : List.of(topology.outside(), topology.outside(Endpoint.AWS1))) {
            link.mtu(700);
        }
        String ike = "aes256-sha512-modp8192";
        try (StrongSwanEndpoint peer =
                        start(StrongSwanSpec.aws(Endpoint.AWS1).withProposals(ike, "aes256gcm16"));
                Capture wire = Capture.start(topology, topology.outside(), "fragments.pcap");
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                LabGateway.customer(Endpoint.AWS1)
                                        .withEachTunnel(
                                                t ->
                                                        t.withProposals(
                                                                ike, "8h", "aes256gcm16", "1h")))) {
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            assertEquals(1, peer.listSas().size());
            wire.stop();
            for (String from : List.of(Topology.GATEWAY_OUTSIDE, Endpoint.AWS1.outsideAddress())) {
                assertTrue(
                        wire.count("src " + from + " and udp and (" + FRAGMENTS + ")") > 1, from);
            }
        }
    }
}
