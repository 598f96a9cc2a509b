package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.LabProcess;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What keeps the daemon from starting ends in one clear line and the right exit code. */
class StartupIT {
    private static Topology topology;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    private static void assertEndsWith(CulvertProcess gateway, int exitCode, String... words) {
        assertEquals(exitCode, gateway.process().awaitExit(LabGateway.LIMIT), gateway::log);
        for (String word : words) {
            assertTrue(gateway.log().contains(word), () -> "'" + word + "' in " + gateway.log());
        }
    }

    @Test
    void everyMistakeOfTheFileIsNamedAtOnceWithItsPlace() {
        GatewaySpec spec =
                LabGateway.customer(Endpoint.AWS1)
                        .withSite("nmae", "x")
                        .withEachTunnel(tunnel -> tunnel.with("inside-address", "169.254.10.2/24"));
        try (CulvertProcess gateway = LabGateway.start(topology, spec)) {
            assertEndsWith(gateway, 7, "culvert.yaml:", "'nmae'", "name", "169.254.10.2/24");
        }
    }

    @Test
    void aPortThatIsTakenIsNamedWithItsHolder() {
        try (StrongSwanEndpoint holder =
                        StrongSwanEndpoint.start(
                                topology,
                                topology.gateway(),
                                StrongSwanSpec.customer(Endpoint.AWS1)
                                        .withChild("start_action", "none"));
                CulvertProcess gateway =
                        LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
            assertEndsWith(gateway, 1, "500", "charon");
            assertTrue(holder.process().isAlive());
        }
    }

    @Test
    void aSecondDaemonLeavesTheFirstAlone() throws IOException {
        try (StrongSwanEndpoint peer = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                CulvertProcess gateway =
                        LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
            gateway.awaitUp(LabGateway.LIMIT);
            assertEquals(
                    1, gateway.cli("run", "-c", gateway.configuration().toString()).exitCode());
            assertEquals("up", gateway.status().tunnelState("aws-1"));
            assertEquals(1, peer.listSas().size());
            LabGateway.assertRouted(topology, "10.20.0.0/16", "cv0");
        }
    }

    @Test
    void aKeyFileThatOthersReadIsRefused() throws IOException {
        try (CulvertProcess gateway =
                LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
            gateway.kill();
            try (var files = Files.walk(gateway.configuration().getParent())) {
                for (Path file : files.filter(f -> f.toString().endsWith(".psk")).toList()) {
                    Files.setPosixFilePermissions(
                            file, PosixFilePermissions.fromString("rw-r--r--"));
                }
            }
            gateway.startAgain();
            assertEndsWith(gateway, 7, "chmod", ".psk");
        }
    }

    @Test
    void withoutTheRightToMakeDevicesItSaysWhichRightIsMissing() {
        try (CulvertProcess gateway =
                LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
            gateway.kill();
            LabProcess unprivileged =
                    topology.gateway()
                            .start(
                                    "unprivileged",
                                    "setpriv --bounding-set -net_admin "
                                            + String.join(
                                                    " ", culvert.lab.Launcher.ofSystem().command())
                                            + " run -c "
                                            + gateway.configuration());
            assertEquals(1, unprivileged.awaitExit(LabGateway.LIMIT), unprivileged::log);
            assertTrue(unprivileged.log().contains("CAP_NET_ADMIN"), unprivileged::log);
        }
    }

    @Test
    void commandsWithoutADaemonSaySo() {
        try (CulvertProcess gateway =
                LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
            gateway.kill();
            for (String command : new String[] {"status", "wait --timeout 100ms", "up aws-1"}) {
                var result = gateway.cli(command.split(" "));
                assertEquals(3, result.exitCode(), result.stderr());
                assertTrue(result.stderr().contains("no daemon"), result.stderr());
            }
        }
    }
}
