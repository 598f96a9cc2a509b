package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertPings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Capture;
import culvert.lab.CulvertProcess;
import culvert.lab.CulvertStatus;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.NatRelay;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.Topology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ESP as IP protocol 50, in UDP, or as NAT detection says, between two Culverts. */
class EncapsulationIT {
    private static final String ESP = "proto 50";
    private static final String ESP_IN_UDP = "udp port 4500 and (udp[8:4] != 0 or ip6[48:4] != 0)";
    private static final String NEITHER =
            "not arp and not icmp6 and not dst host ff02::16"
                    + " and not udp port 500 and not udp port 4500 and not proto 50";
    private static final String FRAGMENTS = "ip[6:2] & 0x3fff != 0 or ip6 proto 44";

    private Topology topology;

    @BeforeEach
    void buildNetwork() {
        topology = Topology.open();
    }

    @AfterEach
    void tearDown() {
        topology.close();
    }

    private static GatewaySpec esp(GatewaySpec spec, String encapsulation) {
        return spec.withEachTunnel(t -> t.with("esp", "{encapsulation: " + encapsulation + "}"));
    }

    private CulvertProcess gateway(GatewaySpec spec) {
        return CulvertProcess.start(topology, topology.gateway(), spec, Launcher.ofSystem());
    }

    private CulvertProcess aws(GatewaySpec spec) {
        return CulvertProcess.start(
                topology, topology.endpoint(Endpoint.AWS1), spec, Launcher.ofSystem());
    }

    private static GatewaySpec overIpv6(GatewaySpec spec, String outside, String peer) {
        return spec.withSite("outside-address", "'" + outside + "'")
                .withSite("identity", "'" + outside + "'")
                .withEachTunnel(t -> t.with("peer-address", "'" + peer + "'"));
    }

    private static void assertInUse(CulvertProcess end, String encapsulation, int mtuBytes) {
        CulvertStatus status = end.status();
        assertEquals(encapsulation, status.text("tunnels", "aws-1", "encapsulation").orElse(""));
        assertEquals(mtuBytes, status.number("tunnels", "aws-1", "mtu"));
    }

    /** The largest packet that must pass whole, by the device and by the wire. */
    private void assertFits(int mtuBytes) {
        String device = topology.gateway().exec("ip -o link show dev cv0");
        assertTrue(device.contains(" mtu " + mtuBytes + " "), device);
        String size = Integer.toString(mtuBytes - 28);
        assertTrue(
                topology.lan().ping(Topology.VPC_HOST, 5, "-M", "do", "-s", size).complete(), size);
    }

    @ParameterizedTest
    @CsvSource({
        "esp, auto, false, esp, 1446",
        "auto, esp, true, esp, 1426",
        "auto, udp, false, udp, 1438",
        "udp, auto, true, udp, 1418"
    })
    void carriesTrafficAndRekeys(
            String ours, String theirs, boolean ipv6, String inUse, int mtuBytes) {
        GatewaySpec customer = esp(LabGateway.customer(Endpoint.AWS1), ours);
        GatewaySpec awsSpec = esp(GatewaySpec.aws(Endpoint.AWS1), theirs);
        if (ipv6) {
            topology.addIpv6Outside();
            String peer = Endpoint.AWS1.outsideAddressIpv6();
            customer = overIpv6(customer, Topology.GATEWAY_OUTSIDE_IPV6, peer);
            awsSpec = overIpv6(awsSpec, peer, Topology.GATEWAY_OUTSIDE_IPV6);
        }
        Probes.tcpServer(topology.vpc());
        try (Capture wire = Capture.start(topology, topology.outside(), "wire.pcap");
                CulvertProcess peer = aws(awsSpec);
                CulvertProcess gateway = gateway(customer)) {
            gateway.awaitUp(LIMIT);
            assertInUse(gateway, inUse, mtuBytes);
            assertInUse(peer, inUse, mtuBytes);
            assertPings(topology);
            assertFits(mtuBytes);
            assertTcp(Probes.Direction.UP);
            for (String end : new String[] {"ours", "theirs"}) {
                CulvertProcess rekeying = end.equals("ours") ? gateway : peer;
                assertTrue(rekeying.cli("rekey", "aws-1").succeeded(), rekeying::log);
                LabGateway.await(
                        "rekeyed",
                        gateway::log,
                        () -> rekeying.status().number("tunnels", "aws-1", "esp", "rekeys") > 0);
                assertPings(topology);
            }
            assertTrue(gateway.cli("rekey", "--ike", "aws-1").succeeded());
            assertTcp(Probes.Direction.DOWN);
            assertInUse(gateway, inUse, mtuBytes);
            for (String drops : new String[] {"replay", "authentication", "udpSend", "pathMtu"}) {
                assertEquals(
                        0,
                        gateway.status().number("tunnels", "aws-1", "traffic", "drops", drops),
                        drops);
            }
            wire.stop();
            assertEquals("", wire.read(NEITHER));
            assertEquals(0, wire.count(FRAGMENTS));
            assertEquals(0, wire.count(inUse.equals("esp") ? ESP_IN_UDP : ESP));
            assertTrue(wire.count(inUse.equals("esp") ? ESP : ESP_IN_UDP) > 100);
        }
    }

    private void assertTcp(Probes.Direction direction) {
        double megabits =
                Probes.tcpMegabitsPerSecond(topology.lan(), Topology.VPC_HOST, 1, 1, direction);
        assertTrue(megabits > 1, () -> megabits + " Mbit/s");
    }

    /** The gateway's packets come from the relay: its address and ports are not the gateway's. */
    private static GatewaySpec behindNat(String encapsulation) {
        return esp(LabGateway.customer(Endpoint.AWS1), encapsulation)
                .withEachTunnel(
                        t ->
                                t.with("peer-address", Endpoint.AWS1.relayAddress())
                                        .with("peer-identity", Endpoint.AWS1.outsideAddress()));
    }

    private static GatewaySpec beyondNat(String encapsulation) {
        return esp(GatewaySpec.aws(Endpoint.AWS1), encapsulation)
                .withEachTunnel(
                        t ->
                                t.with("peer-address", Endpoint.AWS1.translatedAddress())
                                        .with("peer-identity", Topology.GATEWAY_OUTSIDE));
    }

    @Test
    void autoGoesIntoUdpWhereThereIsANat() {
        NatRelay.start(topology, Endpoint.AWS1, NatRelay.Line.perfect());
        try (Capture wire = Capture.start(topology, topology.outside(), "wire.pcap");
                CulvertProcess peer = aws(beyondNat("auto"));
                CulvertProcess gateway = gateway(behindNat("auto"))) {
            gateway.awaitUp(LIMIT);
            assertInUse(gateway, "udp", 1438);
            assertInUse(peer, "udp", 1438);
            assertPings(topology);
            wire.stop();
            assertEquals(0, wire.count(ESP));
            assertTrue(wire.count(ESP_IN_UDP) >= 20);
        }
    }

    @Test
    void protocol50ThroughANatIsRefusedAndTheReasonSaysWhatToDo() {
        NatRelay.start(topology, Endpoint.AWS1, NatRelay.Line.perfect());
        try (CulvertProcess peer = aws(beyondNat("auto"));
                CulvertProcess gateway = gateway(behindNat("esp"))) {
            LabGateway.awaitAnswer(gateway);
            String reason =
                    "a NAT lies between us and peer 198.18.0.21, which IP protocol 50 cannot pass:"
                            + " write encapsulation: auto, or udp";
            LabGateway.awaitReason(gateway, "aws-1", reason);
            assertEquals("connecting", gateway.status().tunnelState("aws-1"));
            assertTrue(gateway.log().contains(reason), gateway::log);
            assertTrue(peer.process().isAlive());
        }
    }

    /** strongSwan's user-space ESP takes UDP only, and fakes a NAT to get it. */
    @Test
    void autoFollowsAStrongSwanThatWantsUdp() {
        try (StrongSwanEndpoint peer = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                CulvertProcess gateway = gateway(esp(LabGateway.customer(Endpoint.AWS1), "auto"))) {
            gateway.awaitUp(LIMIT);
            assertInUse(gateway, "udp", 1438);
            assertPings(topology);
            assertEquals(1, peer.listSas().size());
        }
    }
}
