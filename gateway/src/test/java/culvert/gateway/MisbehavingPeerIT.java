package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.awaitTunnel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.AsPath;
import culvert.bgp.message.Cease;
import culvert.bgp.message.MessageEncoder;
import culvert.bgp.message.Negotiated;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.Notification;
import culvert.bgp.message.PathAttribute.Origin;
import culvert.bgp.message.PathAttribute.OriginCode;
import culvert.bgp.message.PathAttribute.Path;
import culvert.bgp.message.PathAttributes;
import culvert.bgp.message.RouteRefresh;
import culvert.bgp.message.Update;
import culvert.lab.Bird;
import culvert.lab.BirdSpec;
import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever the BGP peer in the first tunnel does, or somebody on the LAN, packets through the
 * second tunnel do not notice: none is lost, and its session with BIRD goes on.
 */
class MisbehavingPeerIT {
    private static final int LIMIT_OF_PREFIXES = 1000;
    private static final int HOLD_SECONDS = 3;
    private static final int CORE_ASN = 65_010;

    private static Topology topology;
    private static StrongSwanEndpoint first;
    private static StrongSwanEndpoint second;
    private static Bird bird;

    private CulvertProcess gateway;
    private Probes.EchoRun echo;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
        Probes.echoServer(topology.vpc());
        first = startTunnel(Endpoint.AWS1);
        second = startTunnel(Endpoint.AWS2);
        bird =
                Bird.start(
                        topology,
                        topology.endpoint(Endpoint.AWS2),
                        BirdSpec.aws(Endpoint.AWS2, Topology.VPC_PREFIX));
        topology.routeVpcVia(Endpoint.AWS2);
    }

    private static StrongSwanEndpoint startTunnel(Endpoint endpoint) {
        return StrongSwanEndpoint.start(
                topology,
                topology.endpoint(endpoint),
                StrongSwanSpec.aws(endpoint).withoutRoutes());
    }

    @AfterAll
    static void tearDown() {
        bird.close();
        second.close();
        first.close();
        topology.close();
    }

    @BeforeEach
    void start() {
        GatewaySpec spec =
                GatewaySpec.customer(Endpoint.values())
                        .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX)
                        .withConnection("max-prefixes", "" + LIMIT_OF_PREFIXES)
                        .withEachTunnel(
                                t ->
                                        t.name().equals("aws-1")
                                                ? t.with(
                                                        "bgp",
                                                        "{hold-time: %ds}".formatted(HOLD_SECONDS))
                                                : t)
                        .withTop(
                                "neighbors",
                                "[{name: core-1, address: %s, local-address: %s/24, asn: %d}]"
                                        .formatted(
                                                Topology.LAN_HOST, Topology.LAN_GATEWAY, CORE_ASN));
        gateway = LabGateway.start(topology, spec);
        awaitTunnel(gateway, "aws-2", "up");
        LabGateway.await(
                "the first tunnel waits for BGP",
                () -> gateway.cli("status").stdout(),
                () ->
                        gateway.status()
                                .text("tunnels", "aws-1", "reason")
                                .filter(reason -> reason.startsWith("BGP"))
                                .isPresent());
        assertPings(topology);
        echo =
                Probes.echo(
                                topology.lan(),
                                Topology.VPC_HOST,
                                Duration.ofMillis(20),
                                LIMIT.plus(LIMIT),
                                64)
                        .awaitFirstAnswer();
    }

    @AfterEach
    void theOtherTunnelDidNotNotice() {
        pause(Duration.ofSeconds(1)); // for what it might still bring
        EchoReport report = echo.stop().report();
        System.out.printf(
                "the other tunnel: %d of %d lost, %.0f ms without an answer%n",
                report.lost(), report.sent(), report.longestSilenceMillis());
        try {
            assertEquals(0, report.lost(), () -> report + gateway.log());
            assertTrue(bird.isEstablished());
            assertEquals("up", gateway.status().tunnelState("aws-2"), gateway::log);
            assertEquals(1, gateway.status().number("tunnels", "aws-2", "bgp", "timesEstablished"));
            assertEquals("aws-2", gateway.status().text("routes", "active").orElse(""));
            assertPings(topology);
        } finally {
            gateway.close();
        }
    }

    /** A connection through the first tunnel. */
    private static ScriptedPeer connect() {
        return ScriptedPeer.connect(
                topology.endpoint(Endpoint.AWS1),
                Endpoint.AWS1.insideAddress(),
                Endpoint.AWS1.customerInsideAddress());
    }

    private static ScriptedPeer establish() {
        ScriptedPeer peer = connect();
        peer.establish(BirdSpec.AWS_ASN, 30);
        return peer;
    }

    private static Update announce(int from, int count) {
        PathAttributes attributes =
                PathAttributes.of(
                        List.of(
                                new Origin(OriginCode.IGP),
                                new Path(AsPath.sequence((int) BirdSpec.AWS_ASN))));
        List<Nlri> prefixes =
                IntStream.range(from, from + count)
                        .mapToObj(i -> Nlri.ipv4(11 << 24 | i << 8, 24))
                        .toList();
        return new Update(
                List.of(),
                List.of(
                        new Update.Reachable(
                                InetAddress.ofLiteral(Endpoint.AWS1.insideAddress()), prefixes)),
                attributes);
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void fiveThousandRoutesOverTheLimit() {
        try (ScriptedPeer peer = establish()) {
            for (int from = 0; from < LIMIT_OF_PREFIXES + 5000; from += 500) {
                peer.say(announce(from, 500));
            }
            assertEquals(List.of((byte) 6, (byte) 1), peer.awaitNotification());
        }
        assertEquals(0, gateway.status().number("tunnels", "aws-1", "bgp", "received"));
        assertTrue(gateway.log().contains("more than 1000 prefixes"), gateway::log);
    }

    @Test
    void flapsEverySecond() {
        for (int i = 0; i < 10; i++) {
            try (ScriptedPeer peer = connect()) {
                // It is kept waiting longer and longer, and may find the door closed.
                peer.establish(BirdSpec.AWS_ASN, 30);
                peer.say(announce(0, 100));
                peer.say(Notification.cease(Cease.ADMINISTRATIVE_RESET));
            } catch (AssertionError | UncheckedIOException refused) {
                assertTrue(i > 0, gateway::log);
            }
            pause(Duration.ofSeconds(1));
        }
        assertTrue(gateway.log().contains("a connection from the peer is refused"), gateway::log);
    }

    @Test
    void neverReads() {
        try (ScriptedPeer peer = establish()) {
            peer.say(announce(0, 100));
            byte[] request =
                    MessageEncoder.encode(
                            new RouteRefresh(1, 1, RouteRefresh.REQUEST), Negotiated.NOTHING);
            byte[] requests = new byte[request.length * 1000];
            for (int i = 0; i < 1000; i++) {
                System.arraycopy(request, 0, requests, i * request.length, request.length);
            }
            for (int i = 0; i < 100; i++) {
                peer.say(requests);
            }
            pause(Duration.ofSeconds(2L * HOLD_SECONDS));
        }
    }

    @Test
    void sendsHalfAMessageAndStops() {
        try (ScriptedPeer peer = establish()) {
            peer.say(announce(0, 100));
            peer.say(ScriptedPeer.half(announce(100, 100)));
            assertEquals(List.of((byte) 4, (byte) 0), peer.awaitNotification());
        }
    }

    @Test
    void opensAThousandConnectionsFromTheLan() {
        String stranger = "192.168.10.77";
        topology.lan().ip("address add " + stranger + "/24 dev eth0");
        List<ScriptedPeer> open = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                for (String from : List.of(Topology.LAN_HOST, stranger)) {
                    try {
                        open.add(ScriptedPeer.connect(topology.lan(), from, Topology.LAN_GATEWAY));
                    } catch (CompletionException refused) {
                        // Refused at once: the reset came before connect(2) was done.
                        assertTrue(String.valueOf(refused.getMessage()).contains("reset"), from);
                    }
                }
            }
            pause(Duration.ofSeconds(2));
            String held =
                    topology.gateway()
                            .exec("sh -c", "ss -Htn state established sport = :179 | wc -l");
            // BIRD's, and two at most of the neighbor's, one of which may be on its way out.
            assertTrue(Integer.parseInt(held.strip()) <= 4, held);
        } finally {
            open.forEach(ScriptedPeer::close);
            topology.lan().ip("address del " + stranger + "/24 dev eth0");
        }
    }
}
