package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertOrderlyEnd;
import static culvert.gateway.LabGateway.await;
import static culvert.gateway.Reloads.assertReloads;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CommandResult;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What cannot be taken leaves what runs as it is, and what nobody confirms is undone. */
class ReloadRefusedIT {
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

    @Test
    void aBadFileChangesNothingAndSaysSo() throws IOException {
        GatewaySpec spec = LabGateway.customer(Endpoint.AWS1).withTop("metrics", "127.0.0.1:9179");
        try (StrongSwanEndpoint one = strongSwan(Endpoint.AWS1);
                CulvertProcess gateway = LabGateway.start(topology, spec)) {
            gateway.awaitUp(LIMIT);
            Standing before = Standing.of(gateway);
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
            assertTrue(
                    scrape().contains("culvert_config_last_reload_success 0"),
                    ReloadRefusedIT::scrape);

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
            assertTrue(
                    scrape().contains("culvert_config_last_reload_success 0"),
                    ReloadRefusedIT::scrape);

            Files.writeString(gateway.configuration(), good);
            assertReloads(gateway, "reloaded: nothing has changed");
            assertEquals("ok", gateway.status().text("config", "lastReload").orElse(""));
            before.assertUntouched(gateway, Endpoint.AWS1);
            assertTrue(
                    scrape().contains("culvert_config_last_reload_success 1"),
                    ReloadRefusedIT::scrape);
        }
    }

    private static String scrape() {
        return topology.gateway().exec("curl -s --max-time 5 http://127.0.0.1:9179/metrics");
    }

    /** As an editor leaves it that is killed while it writes. */
    @Test
    void aFileThatIsHalfWrittenChangesNothingHoweverItIsToldToReload() throws IOException {
        GatewaySpec spec = LabGateway.customer(Endpoint.AWS1);
        try (StrongSwanEndpoint one = strongSwan(Endpoint.AWS1);
                CulvertProcess gateway = LabGateway.start(topology, spec)) {
            gateway.awaitUp(LIMIT);
            Standing before = Standing.of(gateway);
            String good = Files.readString(gateway.configuration());
            for (double part : new double[] {0, 0.3, 0.6, 0.9}) {
                Files.writeString(
                        gateway.configuration(), good.substring(0, (int) (good.length() * part)));
                CommandResult refused = gateway.cli("reload");
                assertEquals(7, refused.exitCode(), refused::toString);
                assertTrue(
                        refused.stderr().matches("(?s).*culvert.yaml:\\d+:\\d+: .*"),
                        refused::toString);
            }
            Files.writeString(gateway.configuration(), good);
            assertReloads(gateway, "reloaded: nothing has changed");
            Files.writeString(gateway.configuration(), good.substring(0, good.length() / 2));
            gateway.process().hangUp();
            await(
                    "SIGHUP fails visibly",
                    gateway::log,
                    () ->
                            gateway.status()
                                    .text("config", "lastReload")
                                    .orElse("")
                                    .equals("failed"));
            before.assertUntouched(gateway, Endpoint.AWS1);
            assertOrderlyEnd(gateway);
        }
    }

    @Test
    void hangUpReloadsAndAnUnconfirmedChangeIsUndone() {
        GatewaySpec spec = LabGateway.customer(Endpoint.AWS1);
        GatewaySpec changed = spec.withStaticRoutes(Topology.VPC_PREFIX, "10.99.0.0/16");
        try (StrongSwanEndpoint one = strongSwan(Endpoint.AWS1);
                CulvertProcess gateway = LabGateway.start(topology, spec)) {
            gateway.awaitUp(LIMIT);
            Standing before = Standing.of(gateway);

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
            before.assertUntouched(gateway, Endpoint.AWS1);
            assertOrderlyEnd(gateway);
        }
    }
}
