package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertPings;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.BirdSpec;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Probes;
import culvert.lab.Topology;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Culvert's routes beside those of others, and several tunnels beside each other. */
class RoutePreferenceIT {
    private static final int FLOWS = 512;
    private static Topology topology;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
        Probes.echoServer(topology.vpc());
        // A wire from site to VPC, as Direct Connect is.
        topology.gateway()
                .ip(
                        "link add dx0 type veth peer name dx0 netns " + topology.vpc().name(),
                        "address add 10.30.0.1/30 dev dx0",
                        "link set dev dx0 up");
        topology.vpc().ip("address add 10.30.0.2/30 dev dx0", "link set dev dx0 up");
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    private static GatewaySpec customer(String routes) {
        return GatewaySpec.customer(Endpoint.values())
                .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX)
                .withTop("routes", routes);
    }

    /** What a routing daemon does that hears the VPC's prefix over Direct Connect. */
    private static void directConnect(String addOrDelete) {
        topology.gateway()
                .ip(
                        "route %s %s via 10.30.0.2 proto bird metric 32"
                                .formatted(addOrDelete, Topology.VPC_PREFIX));
    }

    private static void assertWay(String device) {
        String way = topology.gateway().exec("ip route get " + Topology.VPC_HOST);
        assertTrue(way.contains("dev " + device), way);
    }

    @Test
    void directConnectIsPreferredAndTheVpnTakesOver() {
        try (AwsSide aws = AwsSide.start(topology, Topology.VPC_PREFIX);
                CulvertProcess gateway = LabGateway.start(topology, customer("{metric: 213}"))) {
            gateway.awaitUp(LIMIT);
            assertWay("cv");
            directConnect("add");
            assertWay("dx0");
            assertPings(topology);
            directConnect("del");
            assertWay("cv");
            assertPings(topology);
            assertTrue(aws.speaker(Endpoint.AWS1).isEstablished());
        }
    }

    @Test
    void theVpnIsPreferredAndDirectConnectTakesOver() {
        directConnect("add");
        try (AwsSide aws = AwsSide.start(topology, Topology.VPC_PREFIX);
                CulvertProcess gateway = LabGateway.start(topology, customer("{metric: 10}"))) {
            gateway.awaitUp(LIMIT);
            assertWay("cv");
            assertPings(topology);
            topology.drop(Endpoint.AWS1);
            topology.drop(Endpoint.AWS2);
            LabGateway.await(
                    "Direct Connect takes over",
                    gateway::log,
                    () ->
                            topology.gateway()
                                    .exec("ip route get " + Topology.VPC_HOST)
                                    .contains("dev dx0"));
            assertTrue(gateway.cli("routes").stdout().contains("-"), gateway::log);
            topology.restore(Endpoint.AWS1);
            topology.restore(Endpoint.AWS2);
            LabGateway.await(
                    "the VPN takes over",
                    gateway::log,
                    () ->
                            topology.gateway()
                                    .exec("ip route get " + Topology.VPC_HOST)
                                    .contains("dev cv"));
            assertPings(topology);
            assertTrue(aws.speaker(Endpoint.AWS1).isEstablished());
        } finally {
            topology.restore(Endpoint.AWS1);
            topology.restore(Endpoint.AWS2);
            directConnect("del");
        }
    }

    @Test
    void flowsAreSpreadOverTwoConnections() {
        topology.gateway().sysctl("net.ipv4.fib_multipath_hash_policy", 1);
        try (AwsSide aws = AwsSide.start(topology, Topology.VPC_PREFIX);
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                customer("{multipath: true}").withConnectionForEachTunnel())) {
            gateway.awaitUp(LIMIT);
            LabGateway.await(
                    "both tunnels carry the route",
                    () -> gateway.cli("routes").stdout() + gateway.log(),
                    () ->
                            Arrays.stream(Endpoint.values())
                                    .allMatch(
                                            e ->
                                                    topology.gateway()
                                                            .exec(
                                                                    "ip route show "
                                                                            + Topology.VPC_PREFIX)
                                                            .contains("cv" + (e.number() - 1))));
            assertSpread(gateway);
            topology.drop(Endpoint.AWS1);
            LabGateway.await(
                    "one tunnel is left",
                    () -> topology.gateway().exec("ip route show"),
                    () ->
                            !topology.gateway()
                                    .exec("ip route show " + Topology.VPC_PREFIX)
                                    .contains("cv0"));
            assertPings(topology);
            assertTrue(aws.speaker(Endpoint.AWS2).isEstablished());
        } finally {
            topology.restore(Endpoint.AWS1);
        }
    }

    private static void assertSpread(CulvertProcess gateway) {
        long first = packetsOut(gateway, "aws-1");
        long second = packetsOut(gateway, "aws-2");
        topology.lan()
                .exec(
                        "bash -c",
                        "for p in $(seq 20001 %d); do echo x > /dev/udp/%s/$p; done"
                                .formatted(20_000 + FLOWS, Topology.VPC_HOST));
        LabGateway.await(
                "both tunnels carry flows",
                () -> gateway.cli("status").stdout(),
                () ->
                        packetsOut(gateway, "aws-1") - first >= FLOWS / 4
                                && packetsOut(gateway, "aws-2") - second >= FLOWS / 4);
    }

    private static long packetsOut(CulvertProcess gateway, String tunnel) {
        return gateway.status().number("tunnels", tunnel, "traffic", "packetsOut");
    }
}
