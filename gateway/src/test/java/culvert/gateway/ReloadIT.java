package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertOrderlyEnd;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Bird;
import culvert.lab.BirdSpec;
import culvert.lab.CommandResult;
import culvert.lab.CulvertProcess;
import culvert.lab.CulvertStatus;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import culvert.lab.TunnelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A running gateway takes another configuration and touches only what has changed. */
class ReloadIT {
    private static final String MORE = "192.168.11.0/24";

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

    private static StrongSwanEndpoint strongSwan(Endpoint endpoint, StrongSwanSpec spec) {
        return StrongSwanEndpoint.start(topology, topology.endpoint(endpoint), spec);
    }

    private static Bird bird(Endpoint endpoint) {
        return Bird.start(
                topology, topology.endpoint(endpoint), BirdSpec.aws(endpoint, Topology.VPC_PREFIX));
    }

    private static GatewaySpec bgp() {
        return LabGateway.customer(Endpoint.values())
                .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX);
    }

    private static GatewaySpec withTunnel(
            GatewaySpec spec, Endpoint endpoint, UnaryOperator<TunnelSpec> change) {
        return spec.withTunnels(
                spec.tunnels().stream()
                        .map(t -> t.name().equals(endpoint.tunnelName()) ? change.apply(t) : t)
                        .toList());
    }

    private static String spi(CulvertStatus status, Endpoint endpoint) {
        return status.text("tunnels", endpoint.tunnelName(), "esp", "spiIn").orElse("none")
                + "/"
                + status.text("tunnels", endpoint.tunnelName(), "esp", "spiOut").orElse("none");
    }

    private static void assertReloads(CulvertProcess gateway, String... lines) {
        CommandResult result = gateway.cli("reload");
        assertEquals(0, result.exitCode(), () -> result + gateway.log());
        for (String line : lines) {
            assertTrue(result.stdout().contains(line), () -> line + " in " + result.stdout());
        }
    }

    @Test
    void aNewPrefixAndOtherTimersInterruptNothing() {
        try (StrongSwanEndpoint one =
                        strongSwan(
                                Endpoint.AWS1, StrongSwanSpec.aws(Endpoint.AWS1).withoutRoutes());
                StrongSwanEndpoint two =
                        strongSwan(
                                Endpoint.AWS2, StrongSwanSpec.aws(Endpoint.AWS2).withoutRoutes());
                Bird bird1 = bird(Endpoint.AWS1);
                Bird bird2 = bird(Endpoint.AWS2);
                CulvertProcess gateway = LabGateway.start(topology, bgp())) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            CulvertStatus before = gateway.status();
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(4))
                            .awaitFirstAnswer();
            gateway.rewrite(
                    withTunnel(
                            bgp().withSite(
                                            "advertise",
                                            "[%s, %s]".formatted(Topology.LAN_PREFIX, MORE)),
                            Endpoint.AWS2,
                            t -> t.withLiveness("2s", "6s", "500ms")));
            String dry = gateway.cli("reload", "--dry-run").stdout();
            assertTrue(dry.contains("live            site.advertise: "), dry);
            assertTrue(dry.contains("nothing was changed: this is a dry run"), dry);
            assertReloads(
                    gateway,
                    "live            site.advertise: [192.168.10.0/24] -> [192.168.10.0/24,"
                            + " 192.168.11.0/24]",
                    "live            connections[aws].tunnels[aws-2].liveness.dpd-interval: 1s ->"
                            + " 2s",
                    "reloaded: 4 changes");
            for (Bird bird : List.of(bird1, bird2)) {
                await(
                        "BIRD hears of the new prefix",
                        bird::log,
                        () -> bird.learned().equals(List.of(Topology.LAN_PREFIX, MORE)));
            }
            EchoReport report = echo.report();
            assertEquals(0, report.lost(), () -> report + gateway.log());
            CulvertStatus after = gateway.status();
            for (Endpoint endpoint : Endpoint.values()) {
                assertEquals(spi(before, endpoint), spi(after, endpoint), gateway::log);
                assertEquals("up", after.tunnelState(endpoint.tunnelName()));
                assertTrue(
                        after.number("tunnels", endpoint.tunnelName(), "traffic", "packetsIn")
                                >= before.number(
                                        "tunnels", endpoint.tunnelName(), "traffic", "packetsIn"));
            }
            assertFalse(bird1.log().contains("Error"), bird1.log());
            assertEquals("ok", after.text("config", "lastReload").orElse(""));
            assertReloads(gateway, "reloaded: nothing has changed");
            assertOrderlyEnd(gateway);
        }
    }

    @Test
    void aNewKeyRestartsItsTunnelOnly() {
        GatewaySpec spec = LabGateway.customer(Endpoint.values());
        try (StrongSwanEndpoint one = strongSwan(Endpoint.AWS1);
                StrongSwanEndpoint two =
                        strongSwan(
                                Endpoint.AWS2,
                                StrongSwanSpec.aws(Endpoint.AWS2)
                                        .withPreSharedKey("Another.Key_1759"));
                CulvertProcess gateway = LabGateway.start(topology, spec)) {
            topology.routeVpcVia(Endpoint.AWS1);
            LabGateway.awaitTunnel(gateway, "aws-1", "up");
            LabGateway.awaitReason(gateway, "aws-2", "pre-shared key");
            String before = spi(gateway.status(), Endpoint.AWS1);
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(4))
                            .awaitFirstAnswer();
            gateway.rewrite(
                    withTunnel(spec, Endpoint.AWS2, t -> t.withPreSharedKey("Another.Key_1759")));
            assertReloads(
                    gateway,
                    "restart-tunnel  connections[aws].tunnels[aws-2].pre-shared-key: the secret is"
                            + " another");
            gateway.awaitUp(LIMIT);
            EchoReport report = echo.report();
            assertEquals(0, report.lost(), () -> report + gateway.log());
            assertEquals(before, spi(gateway.status(), Endpoint.AWS1));
            assertFalse(gateway.log().contains("Another.Key"));
        }
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
            String before = spi(gateway.status(), Endpoint.AWS1);

            gateway.rewrite(both);
            assertReloads(gateway, "live            connections[aws].tunnels[aws-2]: added");
            gateway.awaitUp(LIMIT);
            assertEquals("up", gateway.status().tunnelState("aws-2"));
            assertEquals(before, spi(gateway.status(), Endpoint.AWS1));
            assertPings(topology);

            // The route goes with its device and must not take the default route meanwhile.
            gateway.rewrite(
                    withTunnel(both, Endpoint.AWS1, t -> t.with("interface", "cv7"))
                            .withStaticRoutes(Topology.VPC_PREFIX, "10.99.0.0/16"));
            assertReloads(
                    gateway,
                    "restart-tunnel  connections[aws].tunnels[aws-1].interface: cv0 -> cv7");
            gateway.awaitUp(LIMIT);
            assertNotEquals(before, spi(gateway.status(), Endpoint.AWS1));
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
        try (StrongSwanEndpoint one =
                        strongSwan(
                                Endpoint.AWS1, StrongSwanSpec.aws(Endpoint.AWS1).withoutRoutes());
                StrongSwanEndpoint two =
                        strongSwan(
                                Endpoint.AWS2, StrongSwanSpec.aws(Endpoint.AWS2).withoutRoutes());
                Bird bird1 = bird(Endpoint.AWS1);
                Bird bird2 = bird(Endpoint.AWS2);
                CulvertProcess gateway = LabGateway.start(topology, both)) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            String before = spi(gateway.status(), Endpoint.AWS1);

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
            assertEquals(before, spi(gateway.status(), Endpoint.AWS1));
            assertFalse(gateway.log().contains(" ERROR "), gateway::log);
            assertOrderlyEnd(gateway);
            assertEquals("", topology.gateway().exec("ip nexthop show proto 213"));
        }
    }

    @Test
    void aBadFileChangesNothingAndSaysSo() throws IOException {
        GatewaySpec spec = LabGateway.customer(Endpoint.AWS1).withTop("metrics", "127.0.0.1:9179");
        try (StrongSwanEndpoint one = strongSwan(Endpoint.AWS1);
                CulvertProcess gateway = LabGateway.start(topology, spec)) {
            gateway.awaitUp(LIMIT);
            String before = spi(gateway.status(), Endpoint.AWS1);
            String good = Files.readString(gateway.configuration());
            Files.writeString(
                    gateway.configuration(), good.replace("version: 1", "version: 1\nno: thing"));
            CommandResult refused = gateway.cli("reload");
            assertEquals(7, refused.exitCode(), refused::toString);
            assertTrue(refused.stderr().contains("culvert.yaml:2:1: "), refused::toString);
            assertEquals(7, gateway.cli("reload", "--dry-run").exitCode());
            assertEquals("failed", gateway.status().text("config", "lastReload").orElse(""));
            assertTrue(
                    gateway.log().contains("reload-failed")
                            || gateway.log().contains("runs unchanged"),
                    gateway::log);
            assertTrue(gateway.cli("status").stdout().contains("failed"), gateway::log);
            assertTrue(scrape().contains("culvert_config_last_reload_success 0"), ReloadIT::scrape);

            Files.writeString(
                    gateway.configuration(),
                    good.replace("outside-address: 198.18.0.1", "outside-address: 198.18.0.99"));
            CommandResult restart = gateway.cli("reload");
            assertEquals(1, restart.exitCode(), restart::toString);
            assertTrue(
                    restart.stderr().contains("restart Culvert to change site.outside-address"),
                    restart::toString);

            // A device that somebody else has.
            topology.gateway().ip("tuntap add name mine mode tun", "link set mine up");
            Files.writeString(
                    gateway.configuration(),
                    good.replace(
                            "      - name: aws-1\n",
                            "      - name: aws-1\n        interface: lo\n"));
            CommandResult taken = gateway.cli("reload");
            assertNotEquals(0, taken.exitCode(), taken::toString);

            Files.writeString(
                    gateway.configuration(), good.replace("127.0.0.1:9179", "192.0.2.77:9179"));
            CommandResult nowhere = gateway.cli("reload");
            assertEquals(1, nowhere.exitCode(), nowhere::toString);
            assertTrue(scrape().contains("culvert_config_last_reload_success 0"), ReloadIT::scrape);

            Files.writeString(gateway.configuration(), good);
            assertReloads(gateway, "reloaded: nothing has changed");
            assertEquals("ok", gateway.status().text("config", "lastReload").orElse(""));
            assertEquals(before, spi(gateway.status(), Endpoint.AWS1));
            assertTrue(scrape().contains("culvert_config_last_reload_success 1"), ReloadIT::scrape);
        }
    }

    private static String scrape() {
        return topology.gateway().exec("curl -s --max-time 5 http://127.0.0.1:9179/metrics");
    }

    @Test
    void hangUpReloadsAndAnUnconfirmedChangeIsUndone() {
        GatewaySpec spec = LabGateway.customer(Endpoint.AWS1);
        GatewaySpec changed = spec.withStaticRoutes(Topology.VPC_PREFIX, "10.99.0.0/16");
        try (StrongSwanEndpoint one = strongSwan(Endpoint.AWS1);
                CulvertProcess gateway = LabGateway.start(topology, spec)) {
            gateway.awaitUp(LIMIT);
            String before = spi(gateway.status(), Endpoint.AWS1);

            gateway.rewrite(changed);
            assertEquals(0, gateway.cli("reload", "--confirm", "2s").exitCode());
            assertEquals(2, gateway.status().number("routes", "installed"));
            assertTrue(gateway.status().number("config", "rollbackSeconds") <= 2);
            CommandResult second = gateway.cli("reload");
            assertEquals(1, second.exitCode());
            assertTrue(second.stderr().contains("is on trial"), second::toString);
            await(
                    "the change is undone",
                    gateway::log,
                    () -> gateway.status().number("routes", "installed") == 1);
            assertEquals("rolled-back", gateway.status().text("config", "lastReload").orElse(""));
            assertEquals(1, gateway.cli("reload", "--confirmed").exitCode());

            assertEquals(0, gateway.cli("reload", "--confirm", "60s").exitCode());
            assertEquals(0, gateway.cli("reload", "--confirmed").exitCode());
            assertEquals(2, gateway.status().number("routes", "installed"));

            gateway.rewrite(spec);
            gateway.process().hangUp();
            await(
                    "SIGHUP reloads",
                    gateway::log,
                    () -> gateway.status().number("routes", "installed") == 1);
            assertEquals(before, spi(gateway.status(), Endpoint.AWS1));
            assertOrderlyEnd(gateway);
        }
    }

    @Test
    void reloadsMayComeTwiceAtOnceDuringARekeyAndDuringAFailover() {
        GatewaySpec spec = LabGateway.customer(Endpoint.values());
        GatewaySpec changed = spec.withStaticRoutes(Topology.VPC_PREFIX, "10.99.0.0/16");
        try (StrongSwanEndpoint one = strongSwan(Endpoint.AWS1);
                StrongSwanEndpoint two = strongSwan(Endpoint.AWS2);
                CulvertProcess gateway = LabGateway.start(topology, spec)) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(8))
                            .awaitFirstAnswer();
            gateway.rewrite(changed);
            List<CommandResult> results =
                    Stream.of("reload", "rekey aws-1", "reload", "rekey --ike aws-1", "reload")
                            .parallel()
                            .map(words -> gateway.cli(words.split(" ", -1)))
                            .toList();
            results.forEach(r -> assertEquals(0, r.exitCode(), () -> r + gateway.log()));
            gateway.rewrite(
                    withTunnel(
                            spec,
                            Endpoint.AWS1,
                            t ->
                                    t.with(
                                            "esp",
                                            "{proposals: [aes128gcm16-modp2048], lifetime: 30m}")));
            assertReloads(gateway, "rekey           connections[aws].tunnels[aws-1].esp.proposals");
            await(
                    "the CHILD SA is rekeyed with the new proposal",
                    () -> gateway.cli("status").stdout() + gateway.log(),
                    () ->
                            gateway.status()
                                    .text("tunnels", "aws-1", "esp", "suite")
                                    .orElse("")
                                    .equals("aes128gcm16"));
            EchoReport report = echo.report();
            assertEquals(0, report.lost(), () -> report + gateway.log());
            assertEquals(1, gateway.status().number("routes", "installed"));

            topology.drop(Endpoint.AWS1);
            topology.routeVpcVia(Endpoint.AWS2);
            gateway.rewrite(changed);
            assertEquals(0, gateway.cli("reload").exitCode(), gateway::log);
            await(
                    "the routes move",
                    gateway::log,
                    () -> gateway.status().text("routes", "active").orElse("").equals("aws-2"));
            LabGateway.assertRouted(topology, "10.99.0.0/16", "cv1");
            assertPings(topology);
            topology.restore(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
        }
    }
}
