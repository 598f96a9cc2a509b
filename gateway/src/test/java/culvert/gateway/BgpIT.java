package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertOrderlyEnd;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.awaitTunnel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Bird;
import culvert.lab.BirdSpec;
import culvert.lab.CulvertProcess;
import culvert.lab.CulvertStatus;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** BGP through real tunnels: strongSwan carries, BIRD announces, as AWS's endpoints do. */
class BgpIT {
    private static final String OTHER_PREFIX = "10.21.0.0/16";
    private static final String MD5_KEY = "lab.only.md5";

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

    private static void writeMd5Key() {
        try {
            Path secrets = topology.directory().resolve("culvert-gw/secrets");
            Files.createDirectories(secrets);
            Files.writeString(secrets.resolve("aws-1.md5"), MD5_KEY + "\n");
            Files.setPosixFilePermissions(
                    secrets.resolve("aws-1.md5"), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Both halves of an endpoint. */
    private record Aws(StrongSwanEndpoint tunnel, Bird bgp) implements AutoCloseable {
        static Aws start(Endpoint endpoint, String... announced) {
            return start(endpoint, BirdSpec.aws(endpoint, announced));
        }

        static Aws start(Endpoint endpoint, BirdSpec spec) {
            StrongSwanEndpoint tunnel =
                    StrongSwanEndpoint.start(
                            topology,
                            topology.endpoint(endpoint),
                            StrongSwanSpec.aws(endpoint).withoutRoutes());
            return new Aws(tunnel, Bird.start(topology, topology.endpoint(endpoint), spec));
        }

        @Override
        public void close() {
            bgp.close();
            tunnel.close();
        }
    }

    private static GatewaySpec customer(Endpoint... endpoints) {
        return GatewaySpec.customer(endpoints)
                .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX);
    }

    @Test
    void exchangesRoutesWithBirdThroughTheTunnel() {
        writeMd5Key();
        BirdSpec spec = BirdSpec.aws(Endpoint.AWS1, Topology.VPC_PREFIX, "198.18.0.0/24");
        try (Aws aws1 = Aws.start(Endpoint.AWS1, spec.withPassword(MD5_KEY));
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                customer(Endpoint.AWS1)
                                        .withEachTunnel(
                                                t ->
                                                        t.with(
                                                                "bgp",
                                                                "{md5-file: secrets/aws-1.md5}")))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            aws1.bgp().awaitEstablished(LIMIT);
            LabGateway.await(
                    "BIRD has our prefix",
                    aws1.bgp()::log,
                    () -> aws1.bgp().learned().equals(List.of(Topology.LAN_PREFIX)));
            CulvertStatus status = gateway.status();
            assertEquals("established", status.text("tunnels", "aws-1", "bgp", "state").orElse(""));
            assertEquals(64_512, status.number("tunnels", "aws-1", "bgp", "peerAsn"));
            assertEquals(2, status.number("tunnels", "aws-1", "bgp", "received"));
            assertEquals(1, status.number("tunnels", "aws-1", "bgp", "accepted"));
            assertEquals(1, status.number("tunnels", "aws-1", "bgp", "advertised"));
            assertEquals(1, status.number("routes", "installed"));
            assertEquals("aws-1", status.text("routes", "active").orElse(""));
            LabGateway.assertRouted(topology, Topology.VPC_PREFIX, "cv0");
            assertPings(topology);
            String routes = gateway.cli("routes").stdout();
            assertTrue(
                    routes.contains("covers our outside address") && routes.contains("advertised"),
                    routes);

            aws1.bgp().announce(List.of(Topology.VPC_PREFIX, OTHER_PREFIX));
            awaitInstalled(gateway, 2);
            aws1.bgp().announce(List.of(OTHER_PREFIX));
            awaitInstalled(gateway, 1);
            assertEquals("", topology.gateway().exec("ip route show " + Topology.VPC_PREFIX));
            assertOrderlyEnd(gateway);
            assertEquals("", topology.gateway().exec("ip route show proto 213"));
            assertEquals("", topology.gateway().exec("ip nexthop show proto 213"));
            assertTrue(aws1.bgp().log().contains("Administrative shutdown"), aws1.bgp().log());
        }
    }

    @Test
    void announcesAndTakesWhatTheFileSays() {
        BirdSpec spec =
                BirdSpec.aws(Endpoint.AWS1, "10.20.0.0/16", "10.64.0.0/20", "172.31.0.0/16")
                        .withEachNeighbor(n -> n.with("ttl security", "on"));
        GatewaySpec site =
                customer(Endpoint.AWS1)
                        .withSite("advertise", "[192.168.10.0/24, 192.168.11.0/24, 10.99.0.0/16]")
                        .withConnection("accept", "[10.0.0.0/8 le 16]")
                        .withConnection("advertise", "[192.168.0.0/16 le 24]")
                        .withConnection("max-advertised", "2")
                        .withConnection("advertise-default", "true")
                        .withEachTunnel(
                                t -> t.with("bgp", "{prepend: 2, med: 77, ttl-security: true}"));
        try (Aws aws1 = Aws.start(Endpoint.AWS1, spec);
                CulvertProcess gateway = LabGateway.start(topology, site)) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            LabGateway.await(
                    "BIRD has two prefixes",
                    aws1.bgp()::log,
                    () -> aws1.bgp().learned().size() == 2 && active(gateway).equals("aws-1"));
            String learned = aws1.bgp().birdc("show route all protocol customer");
            assertTrue(
                    learned.contains("0.0.0.0/0")
                            && learned.contains("BGP.as_path: 65000 65000 65000")
                            && learned.contains("BGP.med: 77")
                            && !learned.contains("10.99.0.0/16"),
                    learned);
            // What has no room in 80 columns stands below its row.
            String routes = gateway.cli("routes").stdout().replaceAll("\\n +", " ");
            for (String line :
                    List.of(
                            "10\\.20\\.0\\.0/16 +chosen +aws-1 +aws-1 .*",
                            "10\\.64\\.0\\.0/20 +rejected .* not in the accept list",
                            "172\\.31\\.0\\.0/16 +rejected .* not in the accept list",
                            "192\\.168\\.1[01]\\.0/24 +held-back .* the peer takes at most 2 prefixes",
                            "10\\.99\\.0\\.0/16 +held-back +aws-1 .* not in the advertise list",
                            "0\\.0\\.0\\.0/0 +advertised +aws-1 .*")) {
                assertTrue(routes.lines().anyMatch(l -> l.matches(line)), line + "\n" + routes);
            }
            assertTrue(gateway.log().contains("are held back, as the peer takes 2"), gateway::log);
        }
    }

    @Test
    void takesADefaultRouteAndKeepsThePeersBesideIt() {
        BirdSpec spec = BirdSpec.aws(Endpoint.AWS1, "0.0.0.0/0");
        GatewaySpec site = customer(Endpoint.AWS1).withConnection("accept", "[0.0.0.0/0 le 0]");
        topology.internet().sysctl("net.ipv4.ip_forward", 1);
        topology.gateway()
                .ip(
                        "route del default",
                        "route add default via 198.18.0.254 metric 500",
                        "route add 198.18.0.0/25 via 198.18.0.254");
        try (Aws aws1 = Aws.start(Endpoint.AWS1, spec);
                CulvertProcess gateway = LabGateway.start(topology, site)) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            awaitInstalled(gateway, 1);
            String peer = topology.gateway().exec("ip route show 198.18.0.11");
            assertTrue(peer.contains("via 198.18.0.254") && peer.contains("proto 213"), peer);
            assertPings(topology);
            assertTrue(aws1.bgp().isEstablished());
            assertOrderlyEnd(gateway);
            assertEquals("", topology.gateway().exec("ip route show proto 213"));
        } finally {
            topology.gateway()
                    .ip(
                            "route del 198.18.0.0/25",
                            "route del default",
                            "route add default via 198.18.0.254");
        }
    }

    @Test
    void movesWithinASecondWhenATunnelDiesSilently() {
        try (Aws aws1 = Aws.start(Endpoint.AWS1, Topology.VPC_PREFIX);
                Aws aws2 = Aws.start(Endpoint.AWS2, Topology.VPC_PREFIX);
                CulvertProcess gateway = LabGateway.start(topology, customer(Endpoint.values()))) {
            gateway.awaitUp(LIMIT);
            // Of two equal routes BGP keeps the older: whichever session came first.
            Endpoint first = active(gateway).equals("aws-1") ? Endpoint.AWS1 : Endpoint.AWS2;
            Endpoint second = first == Endpoint.AWS1 ? Endpoint.AWS2 : Endpoint.AWS1;
            topology.routeVpcVia(first);
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(4))
                            .awaitFirstAnswer();
            topology.drop(first);
            topology.routeVpcVia(second);
            EchoReport report = echo.report();
            System.out.printf(
                    "silent death: %.0f ms without an answer%n", report.longestSilenceMillis());
            assertTrue(report.longestSilenceMillis() < 2000, report::toString);
            CulvertStatus status = gateway.status();
            assertEquals(second.tunnelName(), status.text("routes", "active").orElse(""));
            assertNotEquals("up", status.tunnelState(first.tunnelName()), gateway::log);

            // With no tunnel at all the guard is left, so that nothing takes the default route.
            topology.drop(second);
            LabGateway.await(
                    "the route is kept",
                    () -> gateway.cli("routes").stdout(),
                    () -> gateway.cli("routes").stdout().contains("kept"));
            LabGateway.assertGuarded(topology, Topology.VPC_PREFIX);

            topology.restore(Endpoint.AWS2);
            topology.restore(Endpoint.AWS1);
            LabGateway.await(
                    "both are back",
                    () -> gateway.cli("status").stdout() + gateway.log(),
                    () -> gateway.status().state().equals("ok"));
            assertFalse(gateway.cli("routes").stdout().contains("kept"));
            assertPings(topology);
            assertTrue(aws1.bgp().isEstablished() && aws2.bgp().isEstablished());
        }
    }

    @Test
    void movesAtOnceWhenThePeerDeletesTheTunnelOrEndsTheSession() {
        try (Aws aws1 = Aws.start(Endpoint.AWS1, Topology.VPC_PREFIX);
                Aws aws2 = Aws.start(Endpoint.AWS2, Topology.VPC_PREFIX);
                CulvertProcess gateway = LabGateway.start(topology, customer(Endpoint.values()))) {
            gateway.awaitUp(LIMIT);
            // Of two equal routes BGP keeps the older: whichever session came first.
            Endpoint first = active(gateway).equals("aws-1") ? Endpoint.AWS1 : Endpoint.AWS2;
            Endpoint second = first == Endpoint.AWS1 ? Endpoint.AWS2 : Endpoint.AWS1;
            Aws older = first == Endpoint.AWS1 ? aws1 : aws2;
            Aws newer = first == Endpoint.AWS1 ? aws2 : aws1;
            topology.routeVpcVia(second);
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(3))
                            .awaitFirstAnswer();
            older.bgp().shutSession();
            LabGateway.await(
                    "routes move", gateway::log, () -> active(gateway).equals(second.tunnelName()));
            EchoReport ended = echo.report();
            System.out.printf(
                    "NOTIFICATION: %.0f ms without an answer%n", ended.longestSilenceMillis());
            assertTrue(ended.longestSilenceMillis() < 1000, ended::toString);

            older.bgp().openSession();
            awaitTunnel(gateway, first.tunnelName(), "up");
            assertEquals(second.tunnelName(), active(gateway), "the older route stays");
            topology.routeVpcVia(first);
            Probes.EchoRun again =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(3))
                            .awaitFirstAnswer();
            newer.tunnel().terminate();
            EchoReport deleted = again.report();
            System.out.printf(
                    "DELETE: %.0f ms without an answer%n", deleted.longestSilenceMillis());
            assertTrue(deleted.longestSilenceMillis() < 1000, deleted::toString);
        }
    }

    @Test
    void sweepsWhatAnEarlierRunLeftAndNothingElse() {
        try (Aws aws1 = Aws.start(Endpoint.AWS1, Topology.VPC_PREFIX)) {
            topology.routeVpcVia(Endpoint.AWS1);
            topology.gateway()
                    .ip(
                            "route add blackhole 10.99.0.0/16 proto 213 metric 214",
                            "route add blackhole 10.98.0.0/16 proto 200 metric 213");
            try (CulvertProcess gateway = LabGateway.start(topology, customer(Endpoint.AWS1))) {
                gateway.awaitUp(LIMIT);
                LabGateway.await(
                        "the route of an earlier run goes",
                        gateway::log,
                        () -> topology.gateway().exec("ip route show 10.99.0.0/16").isBlank());
                gateway.kill();
                gateway.startAgain();
                gateway.awaitUp(LIMIT);
                assertPings(topology);
                assertFalse(topology.gateway().exec("ip route show 10.98.0.0/16").isBlank());
                assertOrderlyEnd(gateway);
            } finally {
                topology.gateway().attempt("ip route del blackhole 10.98.0.0/16 metric 213");
                topology.gateway().attempt("ip route del blackhole 10.99.0.0/16 metric 214");
            }
        }
    }

    @Test
    void aRouteThatSomebodyDeletesIsPutBackWithinAMinuteAndEventsTellOfTheSession() {
        try (Aws aws1 = Aws.start(Endpoint.AWS1, Topology.VPC_PREFIX);
                CulvertProcess gateway = LabGateway.start(topology, customer(Endpoint.AWS1))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            awaitInstalled(gateway, 1);
            topology.gateway().ip("route del " + Topology.VPC_PREFIX + " metric 214");
            for (int i = 0; i < 70 && !isRouted(); i++) {
                pause(Duration.ofSeconds(1));
            }
            LabGateway.assertRouted(topology, Topology.VPC_PREFIX, "cv0");
            assertPings(topology);
            aws1.bgp().shutSession();
            LabGateway.await(
                    "each state of the session is an event",
                    () -> gateway.cli("events").stdout(),
                    () -> {
                        String events = gateway.cli("events").stdout();
                        return events.contains("BGP OpenSent")
                                && events.contains("BGP OpenConfirm")
                                && events.contains("BGP Established")
                                && events.contains("BGP Idle");
                    });
        }
    }

    private static boolean isRouted() {
        return topology.gateway().exec("ip route show " + Topology.VPC_PREFIX).contains("dev cv0");
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String active(CulvertProcess gateway) {
        return gateway.status().text("routes", "active").orElse("");
    }

    private static void awaitInstalled(CulvertProcess gateway, int count) {
        LabGateway.await(
                count + " routes are installed",
                () -> gateway.cli("routes").stdout() + gateway.log(),
                () -> gateway.status().number("routes", "installed") == count);
    }
}
