package culvert.gateway;

import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.await;
import static culvert.gateway.LabGateway.awaitReason;
import static culvert.gateway.LabGateway.awaitTunnel;
import static culvert.gateway.Reloads.assertReloads;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Bird;
import culvert.lab.BirdSpec;
import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.NameServer;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer with a name, asked of a DNS server by the system's own resolver; strongSwan answers. */
class PeerNameIT {
    private static final String NAME = "vpn.lab.example";
    private static final String NOBODY = "198.18.0.99";
    private static final String NEWS =
            "vpn.lab.example is 198.18.0.12 now, before it was 198.18.0.11; the IKE SA that stands";

    private final Topology topology = Topology.open();
    private final NameServer names = NameServer.start(topology);

    @BeforeEach
    void routeVpc() {
        topology.routeVpcVia(Endpoint.AWS1);
    }

    @AfterEach
    void tearDown() {
        names.close();
        topology.close();
    }

    /** The one peer of the tunnel, at the outside address of either endpoint. */
    private StrongSwanEndpoint peerAt(Endpoint place) {
        return peerAt(place, UnaryOperator.identity());
    }

    private StrongSwanEndpoint peerAt(Endpoint place, UnaryOperator<StrongSwanSpec> change) {
        return StrongSwanEndpoint.start(
                topology,
                topology.endpoint(place),
                change.apply(
                        StrongSwanSpec.aws(Endpoint.AWS1)
                                .withConnection("local_addrs", place.outsideAddress())
                                .withIdentities(NAME, Topology.GATEWAY_OUTSIDE)));
    }

    private static GatewaySpec named(GatewaySpec spec) {
        return spec.withEachTunnel(
                tunnel ->
                        tunnel.name().equals(Endpoint.AWS1.tunnelName())
                                ? tunnel.with("peer-address", NAME)
                                : tunnel);
    }

    private static String peerAddress(CulvertProcess gateway) {
        return gateway.status().text("tunnels", "aws-1", "peerAddress").orElse("none");
    }

    private static String spi(CulvertProcess gateway) {
        return gateway.status().text("tunnels", "aws-1", "esp", "spiIn").orElse("none");
    }

    /** An address that is silent costs an attempt of 30 s, an IKE SA hides news for a minute. */
    private void awaitSlowly(CulvertProcess gateway, String what, BooleanSupplier condition)
            throws InterruptedException {
        for (int second = 0; second < 90 && !condition.getAsBoolean(); second++) {
            Thread.sleep(Duration.ofSeconds(1));
        }
        assertTrue(
                condition.getAsBoolean(),
                () -> what + gateway.cli("status").stdout() + gateway.log() + names.log());
    }

    private void awaitPeer(CulvertProcess gateway, String address) throws InterruptedException {
        awaitSlowly(gateway, "peer " + address, () -> peerAddress(gateway).equals(address));
    }

    /**
     * A name that leads to nobody, then to the peer, then away from the peer that carries the
     * tunnel, which then falls silent.
     */
    @Test
    void theTunnelFollowsTheNameOfItsPeer() throws InterruptedException {
        names.name(NAME, NOBODY);
        try (StrongSwanEndpoint first = peerAt(Endpoint.AWS1);
                StrongSwanEndpoint second = peerAt(Endpoint.AWS2);
                CulvertProcess gateway =
                        LabGateway.start(topology, named(LabGateway.customer(Endpoint.AWS1)))) {
            awaitPeer(gateway, NOBODY);
            assertEquals("connecting", gateway.status().tunnelState("aws-1"));

            names.name(NAME, Endpoint.AWS1.outsideAddress());
            awaitTunnel(gateway, "aws-1", "up");
            assertEquals(Endpoint.AWS1.outsideAddress(), peerAddress(gateway));
            String status = gateway.cli("status").stdout();
            assertTrue(status.contains("vpn.lab.example (198.18.0.11)"), status);
            assertPings(topology);

            String spi = spi(gateway);
            Probes.echoServer(topology.vpc());
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofMinutes(2))
                            .awaitFirstAnswer();
            names.name(NAME, Endpoint.AWS2.outsideAddress());
            awaitSlowly(gateway, "news", () -> gateway.log().contains(NEWS));
            Thread.sleep(Duration.ofSeconds(3));
            EchoReport report = echo.stop().report();
            assertEquals(0, report.lost(), report::toString);
            assertEquals(spi, spi(gateway), gateway::log);
            assertEquals(Endpoint.AWS1.outsideAddress(), peerAddress(gateway));
            assertEquals(0, second.listSas().size());

            topology.drop(Endpoint.AWS1);
            topology.routeVpcVia(Endpoint.AWS2);
            awaitPeer(gateway, Endpoint.AWS2.outsideAddress());
            awaitTunnel(gateway, "aws-1", "up");
            assertPings(topology);
            assertEquals(1, second.listSas().size());
            assertEquals(1, first.listSas().size()); // it has not noticed yet
        }
    }

    /** A resolver that hangs or says no is one tunnel's trouble, and ends by itself. */
    @Test
    void aNameWithoutAnAddressHoldsUpNoOtherTunnel() throws InterruptedException {
        names.silence(NAME);
        topology.routeVpcVia(Endpoint.AWS2);
        try (StrongSwanEndpoint first = peerAt(Endpoint.AWS1);
                StrongSwanEndpoint second =
                        StrongSwanEndpoint.start(
                                topology,
                                topology.endpoint(Endpoint.AWS2),
                                StrongSwanSpec.aws(Endpoint.AWS2));
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                named(LabGateway.customer(Endpoint.AWS1, Endpoint.AWS2)))) {
            awaitTunnel(gateway, "aws-2", "up");
            assertPings(topology);
            Probes.echoServer(topology.vpc());
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofMinutes(2))
                            .awaitFirstAnswer();
            awaitReason(gateway, "aws-1", "the name vpn.lab.example gets no answer from the");
            assertEquals("none", peerAddress(gateway));
            assertEquals(
                    NAME, gateway.status().text("tunnels", "aws-1", "peerName").orElse("none"));

            names.name(NAME);
            awaitReason(gateway, "aws-1", "the name vpn.lab.example does not exist: check");
            names.name(NAME, "127.0.0.1", "224.0.0.1", Topology.GATEWAY_OUTSIDE);
            awaitReason(gateway, "aws-1", "the name vpn.lab.example leads to ");
            names.name(NAME, Endpoint.AWS2.outsideAddress());
            awaitReason(gateway, "aws-1", "198.18.0.12, which is the peer of another tunnel");

            names.name(NAME, NOBODY, Endpoint.AWS1.outsideAddress());
            EchoReport report = echo.stop().report();
            assertEquals(0, report.lost(), report::toString);
            assertEquals(1, second.listSas().size());
            awaitPeer(gateway, Endpoint.AWS1.outsideAddress());
            awaitTunnel(gateway, "aws-1", "up");
            assertEquals(1, first.listSas().size());
        }
    }

    /** The raw socket of ESP waits for the name as the UDP socket does. */
    @Test
    void aReloadTakesANameForAnAddressAndBack() {
        GatewaySpec literal =
                LabGateway.customer(Endpoint.AWS1)
                        .withEachTunnel(
                                t ->
                                        t.with("esp", "{encapsulation: auto}")
                                                .with(
                                                        "peer-identity",
                                                        Endpoint.AWS1.outsideAddress()));
        names.name(NAME, Endpoint.AWS1.outsideAddress());
        try (CulvertProcess peer =
                        CulvertProcess.start(
                                topology,
                                topology.endpoint(Endpoint.AWS1),
                                GatewaySpec.aws(Endpoint.AWS1)
                                        .withEachTunnel(
                                                t -> t.with("esp", "{encapsulation: auto}")),
                                Launcher.ofSystem());
                CulvertProcess gateway = LabGateway.start(topology, named(literal))) {
            awaitUpByEsp(gateway);
            gateway.rewrite(literal);
            assertReloads(gateway, "peer-address: vpn.lab.example -> 198.18.0.11");
            awaitUpByEsp(gateway);
            gateway.rewrite(named(literal));
            assertReloads(gateway, "peer-address: 198.18.0.11 -> vpn.lab.example");
            awaitUpByEsp(gateway);
            assertTrue(peer.status().isUp("aws-1"));
        }
    }

    private void awaitUpByEsp(CulvertProcess gateway) {
        awaitTunnel(gateway, "aws-1", "up");
        assertEquals(
                "esp", gateway.status().text("tunnels", "aws-1", "encapsulation").orElse("none"));
        assertEquals(Endpoint.AWS1.outsideAddress(), peerAddress(gateway));
        assertPings(topology);
    }

    /** What was right to take is not any more when the name leads behind it. */
    @Test
    void bgpLeadsNoPacketToWhereTheNameLeads() throws InterruptedException {
        names.name(NAME, Endpoint.AWS1.outsideAddress());
        topology.gateway().ip("route del default", "route add default via 198.18.0.254 metric 500");
        GatewaySpec site =
                LabGateway.customer(Endpoint.AWS1)
                        .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX)
                        .withConnection("accept", "[0.0.0.0/0 le 24]");
        try (StrongSwanEndpoint tunnel = peerAt(Endpoint.AWS1, StrongSwanSpec::withoutRoutes);
                Bird bird =
                        Bird.start(
                                topology,
                                topology.endpoint(Endpoint.AWS1),
                                BirdSpec.aws(Endpoint.AWS1, "0.0.0.0/0", "203.0.113.0/24"));
                CulvertProcess gateway = LabGateway.start(topology, named(site))) {
            gateway.awaitUp(LabGateway.LIMIT);
            await(
                    "both routes are there",
                    () -> gateway.cli("routes").stdout() + bird.log(),
                    () -> gateway.status().number("routes", "installed") == 2);
            awaitPinned(gateway, Endpoint.AWS1.outsideAddress());
            assertTrue(routes(gateway).matches("(?s).*203\\.0\\.113\\.0/24 +chosen .*"));

            names.name(NAME, Endpoint.AWS1.outsideAddress(), "203.0.113.7");
            awaitPinned(gateway, "203.0.113.7");
            String rejected =
                    "(?s).*203\\.0\\.113\\.0/24 +rejected .{0,200} the outside address of aws-1.*";
            awaitSlowly(gateway, "rejected", () -> routes(gateway).matches(rejected));
            assertPings(topology);
            assertEquals(1, tunnel.listSas().size());
        }
    }

    private void awaitPinned(CulvertProcess gateway, String address) throws InterruptedException {
        awaitSlowly(
                gateway,
                "pin of " + address,
                () -> topology.gateway().exec("ip route show " + address).contains("proto 213"));
    }

    private static String routes(CulvertProcess gateway) {
        return gateway.cli("routes").stdout().replaceAll("\\s+", " ");
    }
}
