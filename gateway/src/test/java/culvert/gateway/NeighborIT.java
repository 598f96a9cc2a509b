package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertOrderlyEnd;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Bird;
import culvert.lab.BirdNeighbor;
import culvert.lab.BirdSpec;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.Frr;
import culvert.lab.GatewaySpec;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Routes pass between AWS and the site's own router, which BIRD and FRR play. */
class NeighborIT {
    private static final String SITE_PREFIX = "192.168.20.0/24";
    private static final String SITE_HOST = "192.168.20.1";
    private static final long CORE_ASN = 65_010;

    private static Topology topology;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
        topology.lan().ip("address add " + SITE_HOST + "/32 dev lo");
        // What leads to AWS shall come by BGP.
        topology.lan().ip("route del default");
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    private static GatewaySpec customer(long coreAsn, String more) {
        return GatewaySpec.customer(Endpoint.AWS1)
                .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX)
                .withTop(
                        "neighbors",
                        "[{name: core-1, address: %s, local-address: %s/24, asn: %d%s}]"
                                .formatted(Topology.LAN_HOST, Topology.LAN_GATEWAY, coreAsn, more));
    }

    private static StrongSwanEndpoint startTunnel() {
        return StrongSwanEndpoint.start(
                topology,
                topology.endpoint(Endpoint.AWS1),
                StrongSwanSpec.aws(Endpoint.AWS1).withoutRoutes());
    }

    private static Bird startAws(String... announced) {
        return Bird.start(
                topology, topology.endpoint(Endpoint.AWS1), BirdSpec.aws(Endpoint.AWS1, announced));
    }

    private static BirdSpec core(long asn) {
        BirdNeighbor gateway =
                BirdNeighbor.of(
                        "toward_aws",
                        Topology.LAN_HOST,
                        Topology.LAN_GATEWAY,
                        BirdSpec.CUSTOMER_ASN);
        return BirdSpec.router(Topology.LAN_HOST, asn, gateway).announcing(SITE_PREFIX);
    }

    @Test
    void passesRoutesBetweenAwsAndAnExternalRouter() {
        try (StrongSwanEndpoint tunnel = startTunnel();
                Bird aws = startAws(Topology.VPC_PREFIX);
                Bird core =
                        Bird.start(
                                topology,
                                topology.lan(),
                                core(CORE_ASN)
                                        .announcing(SITE_PREFIX, "172.16.0.0/16")
                                        .withEachNeighbor(n -> n.with("ttl security", "on")));
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                customer(
                                        CORE_ASN,
                                        ", accept: [192.168.0.0/16], med: 30,"
                                                + " ttl-security: true"))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            awaitExchange(gateway, aws, core);
            String told = core.birdc("show route for " + Topology.VPC_PREFIX + " all");
            assertTrue(told.contains("BGP.as_path: 65000 64512"), told);
            assertTrue(told.contains("BGP.med: 30"), told);
            assertFalse(core.learned().contains(Topology.LAN_PREFIX), "its own LAN is not news");
            String heard = aws.birdc("show route for " + SITE_PREFIX + " all");
            assertTrue(heard.contains("BGP.as_path: 65000 65010"), heard);
            assertTrue(
                    gateway.cli("routes").stdout().contains("not in the accept list"),
                    () -> gateway.cli("routes").stdout());
            assertEquals(
                    List.of("established", "1"),
                    List.of(
                            gateway.status().text("neighbors", "core-1", "state").orElse(""),
                            gateway.status().text("neighbors", "core-1", "accepted").orElse("")));
            String kernel = topology.gateway().exec("ip route show " + SITE_PREFIX);
            assertTrue(kernel.contains("via " + Topology.LAN_HOST + " dev lan0"), kernel);
            assertPings();

            // What the router withdraws goes everywhere; what AWS withdraws too.
            core.announce(List.of());
            LabGateway.await(
                    "AWS forgets",
                    aws::log,
                    () -> aws.learned().equals(List.of(Topology.LAN_PREFIX)));
            assertEquals("", topology.gateway().exec("ip route show " + SITE_PREFIX));
            aws.announce(List.of());
            LabGateway.await("the router forgets", core::log, () -> core.learned().isEmpty());
            assertOrderlyEnd(gateway);
            assertTrue(core.log().contains("Administrative shutdown"), core.log());
        }
    }

    @Test
    void givesAnInternalRouterThePathAndMetricOfAws() {
        try (StrongSwanEndpoint tunnel = startTunnel();
                Bird aws = startAws(Topology.VPC_PREFIX);
                Bird core =
                        Bird.start(
                                topology,
                                topology.lan(),
                                core(BirdSpec.CUSTOMER_ASN)
                                        .withEachNeighbor(n -> n.with("direct", "")));
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                customer(
                                        BirdSpec.CUSTOMER_ASN,
                                        ", accept: [192.168.0.0/16], role: respond"))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            awaitExchange(gateway, aws, core);
            String told = core.birdc("show route for " + Topology.VPC_PREFIX + " all");
            assertTrue(told.contains("BGP.as_path: 64512"), told);
            assertTrue(told.contains("BGP.local_pref: 100"), told);
            assertTrue(told.contains("BGP.next_hop: " + Topology.LAN_GATEWAY), told);
            String heard = aws.birdc("show route for " + SITE_PREFIX + " all");
            assertTrue(heard.contains("BGP.as_path: 65000\n"), heard);
            assertPings();
        }
    }

    @Test
    void worksWithFrrAsTheRouter() {
        // A BIRD that was killed here left its routes, which zebra takes for the operator's own.
        topology.lan().exec("sh -c", "ip route flush proto bird || true");
        try (StrongSwanEndpoint tunnel = startTunnel();
                Bird aws = startAws(Topology.VPC_PREFIX);
                CulvertProcess gateway =
                        LabGateway.start(
                                topology, customer(CORE_ASN, ", accept: [192.168.0.0/16]"));
                Frr core =
                        Frr.start(
                                topology,
                                topology.lan(),
                                new Frr.Spec(
                                        Topology.LAN_HOST,
                                        CORE_ASN,
                                        Topology.LAN_GATEWAY,
                                        BirdSpec.CUSTOMER_ASN,
                                        "",
                                        List.of(SITE_PREFIX)))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            LabGateway.await(
                    "AWS has the site's prefix",
                    () -> gateway.log() + core.log(),
                    () -> aws.learned().contains(SITE_PREFIX));
            LabGateway.await(
                    "the router has the VPC's prefix",
                    () -> gateway.log() + core.log(),
                    () -> core.hasInstalled(Topology.VPC_PREFIX));
            assertPings();
        }
    }

    @Test
    void refusesStrangersOnTheLan() {
        // The configured router is not there; whoever else is on its LAN is a stranger.
        GatewaySpec spec =
                customer(CORE_ASN, "")
                        .withTop(
                                "neighbors",
                                "[{name: core-1, address: 192.168.10.77, asn: 65010,"
                                        + " local-address: 192.168.10.1/24}]");
        try (StrongSwanEndpoint tunnel = startTunnel();
                Bird aws = startAws(Topology.VPC_PREFIX);
                CulvertProcess gateway = LabGateway.start(topology, spec)) {
            gateway.awaitUp(LIMIT);
            String listening =
                    topology.gateway()
                            .exec("sh -c", "ss -Htln sport = :179 | awk '{print $4}' | sort");
            assertEquals(
                    List.of(
                            Endpoint.AWS1.customerInsideAddress() + ":179",
                            Topology.LAN_GATEWAY + ":179"),
                    listening.lines().toList());
            topology.lan()
                    .exec(
                            "bash -c",
                            "for i in $(seq 1000); do exec 3<>/dev/tcp/192.168.10.1/179;"
                                    + " exec 3>&-; done 2>/dev/null; true");
            LabGateway.await(
                    "strangers are told of",
                    gateway::log,
                    () -> gateway.log().contains("refused, only 192.168.10.77"));
            assertTrue(aws.isEstablished());
            assertEquals(1, gateway.status().number("tunnels", "aws-1", "bgp", "timesEstablished"));
        }
    }

    private static void awaitExchange(CulvertProcess gateway, Bird aws, Bird core) {
        LabGateway.await(
                "AWS has the site's prefix",
                () -> gateway.cli("routes").stdout() + gateway.log() + aws.log(),
                () -> aws.learned().contains(SITE_PREFIX));
        LabGateway.await(
                "the router has the VPC's prefix",
                () -> gateway.cli("routes").stdout() + gateway.log() + core.log(),
                () -> core.learned().equals(List.of(Topology.VPC_PREFIX)));
    }

    /** From an address behind the router, over routes that BGP brought all the way. */
    private static void assertPings() {
        LabGateway.await(
                "the site's network to the VPC",
                () ->
                        topology.lan().exec("ip route")
                                + topology.gateway().exec("ip route")
                                + topology.endpoint(Endpoint.AWS1).exec("ip route"),
                () -> topology.lan().ping(Topology.VPC_HOST, 5, "-I", SITE_HOST).complete());
    }
}
