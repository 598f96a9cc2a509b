package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The package for arm64, its code run instruction by instruction where this machine has another
 * processor. QEMU translates its system calls too, and knows not all of netlink: routes are set one
 * by one.
 */
class ArmPackageIT {
    /** Made by scripts/set-up.sh. */
    private static final String LIBRARIES = "/var/cache/culvert-lab/arm64";

    private static final Map<String, String> ENVIRONMENT =
            Map.of("CULVERT_NO_BUILD", "1", "JAVA_HOME", System.getProperty("java.home"));

    /** A hundred times slower than the processor. */
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir private Path directory = Path.of("");

    /** With the flags of the package's own launcher, which is a script for its own machine. */
    private Launcher launcher() {
        HostCommand built =
                HostCommand.run(
                        List.of(
                                "../systemd/package",
                                "-n",
                                "-a",
                                "arm64",
                                "-o",
                                directory.toString()),
                        ENVIRONMENT);
        assertEquals(0, built.exitCode(), built.output());
        HostCommand.require(
                "dpkg-deb", "-x", built.output().lines().toList().getLast(), directory.toString());
        boolean atHome =
                HostCommand.require("dpkg", "--print-architecture").strip().equals("arm64");
        return new Launcher(
                List.of(
                        "bash",
                        "-c",
                        """
                        . "$0/jvm.sh"
                        jvm_setup "$0/modules" "$0/none.aot" culvert
                        exec %s "$0/runtime/bin/java" -XX:TieredStopAtLevel=1 "${flags[@]}" "${main[@]}" "$@"
                        """
                                .formatted(atHome ? "" : "qemu-aarch64-static -L " + LIBRARIES),
                        directory.resolve("usr/lib/culvert").toString()));
    }

    @Test
    void itsGatewayCarriesPackets() {
        Launcher launcher = launcher();
        HostCommand version = HostCommand.run(launcher.with("--version"), Map.of());
        assertEquals("culvert 0.1.0\n", version.output());
        try (Topology topology = Topology.open();
                CulvertProcess aws =
                        CulvertProcess.startAws(topology, Endpoint.AWS1, Launcher.ofSystem());
                CulvertProcess gateway =
                        CulvertProcess.start(
                                topology,
                                topology.gateway(),
                                GatewaySpec.customer(Endpoint.AWS1),
                                launcher)) {
            gateway.awaitUp(LIMIT);
            LabGateway.assertPings(topology);
            assertTrue(gateway.log().contains("sealed by LIBCRYPTO"), gateway::log);
            assertEquals("up", aws.status().tunnelState(Endpoint.AWS1.tunnelName()));
            LabGateway.assertOrderlyEnd(gateway);
        }
    }
}
