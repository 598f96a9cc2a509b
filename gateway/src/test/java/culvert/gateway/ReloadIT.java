package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertOrderlyEnd;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.await;
import static culvert.gateway.Reloads.assertReloads;
import static culvert.gateway.Reloads.bgp;
import static culvert.gateway.Reloads.withTunnel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.time.Duration;
import java.util.List;
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
    void aNewPrefixAndOtherTimersInterruptNothing() {
        try (StrongSwanEndpoint one = carrier(Endpoint.AWS1);
                StrongSwanEndpoint two = carrier(Endpoint.AWS2);
                Bird bird1 = bird(Endpoint.AWS1);
                Bird bird2 = bird(Endpoint.AWS2);
                CulvertProcess gateway = LabGateway.start(topology, bgp())) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            Standing before = Standing.of(gateway);
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
            before.assertUntouched(gateway, Endpoint.values());
            assertFalse(bird1.log().contains("Error"), bird1.log());
            assertEquals("ok", gateway.status().text("config", "lastReload").orElse(""));
            assertReloads(gateway, "reloaded: nothing has changed");
            assertOrderlyEnd(gateway);
        }
    }

    @Test
    void aNewKeyRestartsItsTunnelOnly() {
        GatewaySpec spec = LabGateway.customer(Endpoint.values());
        try (StrongSwanEndpoint one = strongSwan(Endpoint.AWS1);
                StrongSwanEndpoint two =
                        StrongSwanEndpoint.start(
                                topology,
                                topology.endpoint(Endpoint.AWS2),
                                StrongSwanSpec.aws(Endpoint.AWS2)
                                        .withPreSharedKey("Another.Key_1759"));
                CulvertProcess gateway = LabGateway.start(topology, spec)) {
            topology.routeVpcVia(Endpoint.AWS1);
            LabGateway.awaitTunnel(gateway, "aws-1", "up");
            LabGateway.awaitReason(gateway, "aws-2", "pre-shared key");
            Standing before = Standing.of(gateway);
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
            before.assertUntouched(gateway, Endpoint.AWS1);
            assertFalse(gateway.log().contains("Another.Key"));
        }
    }

    @Test
    void anotherHoldTimeRestartsItsSessionOnly() {
        try (StrongSwanEndpoint one = carrier(Endpoint.AWS1);
                StrongSwanEndpoint two = carrier(Endpoint.AWS2);
                Bird bird1 = bird(Endpoint.AWS1);
                Bird bird2 = bird(Endpoint.AWS2);
                CulvertProcess gateway = LabGateway.start(topology, bgp())) {
            gateway.awaitUp(LIMIT);
            Standing before = Standing.of(gateway);
            gateway.rewrite(
                    withTunnel(bgp(), Endpoint.AWS2, t -> t.with("bgp", "{hold-time: 12s}")));
            assertReloads(
                    gateway,
                    "restart-session connections[aws].tunnels[aws-2].bgp.hold-time: 30s -> 12s",
                    "reloaded: 1 change");
            await(
                    "the session is there again with its new hold time",
                    bird2::log,
                    () ->
                            gateway.status().number("tunnels", "aws-2", "bgp", "holdSeconds") == 12
                                    && gateway.status().isUp("aws-2"));
            before.assertUntouched(gateway, Endpoint.AWS1);
            before.assertSasUntouched(gateway, Endpoint.AWS2);
            assertEquals(2, gateway.status().number("tunnels", "aws-2", "bgp", "timesEstablished"));
        }
    }

    @Test
    void anotherProposalReplacesTheChildSaUnderTraffic() {
        GatewaySpec spec = LabGateway.customer(Endpoint.values());
        try (StrongSwanEndpoint one = strongSwan(Endpoint.AWS1);
                StrongSwanEndpoint two = strongSwan(Endpoint.AWS2);
                CulvertProcess gateway = LabGateway.start(topology, spec)) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            Standing before = Standing.of(gateway);
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(4))
                            .awaitFirstAnswer();
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
            before.assertIkeUntouched(gateway, Endpoint.AWS1);
            before.assertUntouched(gateway, Endpoint.AWS2);
        }
    }
}
