package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertOrderlyEnd;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.Reloads.assertReloads;
import static culvert.gateway.Reloads.bgp;
import static culvert.gateway.Reloads.withTunnel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import culvert.lab.Bird;
import culvert.lab.BirdSpec;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tunnels come, go and change their device while the gateway runs. */
class ReloadTunnelsIT {
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

    private static StrongSwanEndpoint strongSwan(Endpoint endpoint) {
        return StrongSwanEndpoint.startAws(topology, endpoint);
    }

    private static StrongSwanEndpoint carrier(Endpoint endpoint) {
        return StrongSwanEndpoint.start(
                topology,
                topology.endpoint(endpoint),
                StrongSwanSpec.aws(endpoint).withoutRoutes());
    }

    private static Bird bird(Endpoint endpoint) {
        return Bird.start(
                topology, topology.endpoint(endpoint), BirdSpec.aws(endpoint, Topology.VPC_PREFIX));
    }

    @Test
    void tunnelsComeGoAndChangeTheirDevice() {
        GatewaySpec both = LabGateway.customer(Endpoint.values());
        GatewaySpec first = LabGateway.customer(Endpoint.AWS1);
        try (StrongSwanEndpoint one = strongSwan(Endpoint.AWS1);
                StrongSwanEndpoint two = strongSwan(Endpoint.AWS2);
                CulvertProcess gateway = LabGateway.start(topology, first)) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            Standing before = Standing.of(gateway);

            gateway.rewrite(both);
            assertReloads(gateway, "live            connections[aws].tunnels[aws-2]: added");
            gateway.awaitUp(LIMIT);
            assertEquals("up", gateway.status().tunnelState("aws-2"));
            before.assertUntouched(gateway, Endpoint.AWS1);
            assertPings(topology);

            // The route goes with its device and must not take the default route meanwhile.
            gateway.rewrite(
                    withTunnel(both, Endpoint.AWS1, t -> t.with("interface", "cv7"))
                            .withStaticRoutes(Topology.VPC_PREFIX, "10.99.0.0/16"));
            assertReloads(
                    gateway,
                    "restart-tunnel  connections[aws].tunnels[aws-1].interface: cv0 -> cv7");
            gateway.awaitUp(LIMIT);
            before.assertReplaced(gateway, Endpoint.AWS1);
            assertEquals("", topology.gateway().attempt("ip -br link show cv0").stdout());
            assertEquals(2, gateway.status().number("routes", "installed"));

            // Another name, the same device: the old one must give it up first.
            gateway.rewrite(
                    withTunnel(
                            both,
                            Endpoint.AWS2,
                            t -> t.withName("second").with("interface", "cv1")));
            assertReloads(
                    gateway,
                    "connections[aws].tunnels[second]: added",
                    "connections[aws].tunnels[aws-2]: removed, its SAs are deleted",
                    "connections[aws].static-routes");
            gateway.awaitUp(LIMIT);
            assertEquals("", gateway.status().tunnelState("aws-2"));
            assertEquals(1, gateway.status().number("routes", "installed"));
            assertPings(topology);

            gateway.rewrite(first);
            assertReloads(gateway, "connections[aws].tunnels[second]: removed");
            gateway.awaitUp(LIMIT);
            assertEquals("", topology.gateway().attempt("ip -br link show cv1").stdout());
            assertPings(topology);
            LabGateway.assertRouted(topology, Topology.VPC_PREFIX, "cv0");
            assertOrderlyEnd(gateway);
            assertEquals("", topology.gateway().exec("ip route show proto 213"));
            assertEquals("", topology.gateway().exec("ip nexthop show proto 213"));
        }
    }

    @Test
    void aTunnelWithBgpGoesAndComesBackWhileFlowsAreSpread() {
        GatewaySpec both = bgp().withTop("routes", "{multipath: true}");
        GatewaySpec first =
                LabGateway.customer(Endpoint.AWS1)
                        .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX)
                        .withTop("routes", "{multipath: true}");
        try (StrongSwanEndpoint one = carrier(Endpoint.AWS1);
                StrongSwanEndpoint two = carrier(Endpoint.AWS2);
                Bird bird1 = bird(Endpoint.AWS1);
                Bird bird2 = bird(Endpoint.AWS2);
                CulvertProcess gateway = LabGateway.start(topology, both)) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            Standing before = Standing.of(gateway);

            gateway.rewrite(first);
            assertReloads(gateway, "connections[aws].tunnels[aws-2]: removed");
            assertPings(topology);
            assertEquals(1, gateway.status().number("routes", "installed"), gateway::log);
            assertEquals("", topology.gateway().attempt("ip -br link show cv1").stdout());

            gateway.rewrite(both);
            assertReloads(gateway, "connections[aws].tunnels[aws-2]: added");
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            assertEquals(1, gateway.status().number("routes", "installed"), gateway::log);
            before.assertUntouched(gateway, Endpoint.AWS1);
            assertFalse(gateway.log().contains(" ERROR "), gateway::log);
            assertOrderlyEnd(gateway);
            assertEquals("", topology.gateway().exec("ip nexthop show proto 213"));
        }
    }
}
