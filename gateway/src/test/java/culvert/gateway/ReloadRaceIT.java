package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertOrderlyEnd;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.await;
import static culvert.gateway.Reloads.assertReloads;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CommandResult;
import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.Fault;
import culvert.lab.GatewaySpec;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.Topology;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reloads at the worst moments: two at once, during a rekey, during a failover. */
class ReloadRaceIT {
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

    private static final GatewaySpec SPEC = LabGateway.customer(Endpoint.values());
    private static final GatewaySpec CHANGED =
            SPEC.withStaticRoutes(Topology.VPC_PREFIX, "10.99.0.0/16");

    @Test
    void twiceAtOnceIsOnceAndThenNothing() {
        try (StrongSwanEndpoint one = strongSwan(Endpoint.AWS1);
                StrongSwanEndpoint two = strongSwan(Endpoint.AWS2);
                CulvertProcess gateway = LabGateway.start(topology, SPEC)) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            Standing before = Standing.of(gateway);
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(4))
                            .awaitFirstAnswer();
            gateway.rewrite(CHANGED);
            gateway.process().hangUp();
            List<CommandResult> results =
                    Stream.of("reload", "reload", "reload --dry-run")
                            .parallel()
                            .map(words -> gateway.cli(words.split(" ", -1)))
                            .toList();
            results.forEach(r -> assertEquals(0, r.exitCode(), () -> r + gateway.log()));
            EchoReport report = echo.report();
            assertEquals(0, report.lost(), () -> report + gateway.log());
            assertEquals(2, gateway.status().number("routes", "installed"));
            assertEquals(
                    1,
                    gateway.log().lines().filter(l -> l.contains("reloaded: 1 change")).count(),
                    gateway::log);
            before.assertUntouched(gateway, Endpoint.values());
            assertReloads(gateway, "reloaded: nothing has changed");
        }
    }

    @Test
    void duringRekeysThatHaveNoAnswerYet() {
        try (StrongSwanEndpoint one = strongSwan(Endpoint.AWS1);
                StrongSwanEndpoint two = strongSwan(Endpoint.AWS2);
                CulvertProcess gateway = LabGateway.start(topology, SPEC)) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            Standing before = Standing.of(gateway);
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(6))
                            .awaitFirstAnswer();
            for (String rekey : List.of("rekey-child aws-1", "rekey-ike aws-1")) {
                topology.impair(Endpoint.AWS1, Fault.discardIke());
                assertEquals(0, gateway.ask(rekey).charAt(0) - '0', gateway::log);
                gateway.rewrite(rekey.startsWith("rekey-ike") ? SPEC : CHANGED);
                String reloaded = gateway.ask("reload now");
                assertTrue(reloaded.contains("reloaded: 1 change"), reloaded);
                before.assertChildUntouched(gateway, Endpoint.AWS1);
                topology.heal(Endpoint.AWS1);
                String sa = rekey.startsWith("rekey-ike") ? "ike" : "esp";
                await(
                        "the answer to '" + rekey + "' comes",
                        () -> gateway.cli("sa").stdout() + gateway.log(),
                        () -> gateway.status().number("tunnels", "aws-1", sa, "rekeys") == 1);
                before = Standing.of(gateway);
            }
            EchoReport report = echo.report();
            assertEquals(0, report.lost(), () -> report + gateway.log());
            assertEquals(1, gateway.status().number("routes", "installed"));
            assertOrderlyEnd(gateway);
        }
    }

    @Test
    void duringAFailover() {
        try (StrongSwanEndpoint one = strongSwan(Endpoint.AWS1);
                StrongSwanEndpoint two = strongSwan(Endpoint.AWS2);
                CulvertProcess gateway = LabGateway.start(topology, SPEC)) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            Standing before = Standing.of(gateway);
            gateway.rewrite(CHANGED);
            topology.drop(Endpoint.AWS1);
            topology.routeVpcVia(Endpoint.AWS2);
            String reloaded = gateway.ask("reload now");
            assertTrue(reloaded.contains("reloaded: 1 change"), reloaded);
            await(
                    "the routes move, the new one too",
                    gateway::log,
                    () -> gateway.status().text("routes", "active").orElse("").equals("aws-2"));
            LabGateway.assertRouted(topology, Topology.VPC_PREFIX, "cv1");
            LabGateway.assertRouted(topology, "10.99.0.0/16", "cv1");
            assertPings(topology);
            before.assertUntouched(gateway, Endpoint.AWS2);
            topology.restore(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            assertOrderlyEnd(gateway);
        }
    }
}
