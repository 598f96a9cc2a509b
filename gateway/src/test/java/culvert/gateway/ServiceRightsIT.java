package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.Launcher;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The gateway with the capabilities that the unit grants, and none beside them. */
class ServiceRightsIT {
    @Test
    void theCapabilitiesOfTheUnitAreEnough() throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of("setpriv", "--no-new-privs", "--bounding-set", boundingSet()));
        command.addAll(Launcher.ofSystem().command());
        try (Topology topology = Topology.open();
                CulvertProcess aws =
                        CulvertProcess.startAws(topology, Endpoint.AWS1, Launcher.ofSystem());
                CulvertProcess gateway =
                        CulvertProcess.start(
                                topology,
                                topology.gateway(),
                                LabGateway.customer(Endpoint.AWS1)
                                        .withTop("metrics", "127.0.0.1:9179"),
                                new Launcher(command),
                                "--log-format",
                                "logfmt")) {
            gateway.awaitUp(LabGateway.LIMIT);
            LabGateway.assertPings(topology);
            assertTrue(
                    gateway.log().contains(" level=info tunnel=aws-1 event=tunnel-up msg=up\n"),
                    gateway::log);
            assertTrue(aws.process().isAlive(), aws::log);
            assertEquals(0, gateway.stop().exitCode(), gateway::log);
        }
    }

    /** As setpriv(1) writes it. */
    private static String boundingSet() throws IOException {
        String line =
                Files.readAllLines(Path.of("..", "systemd", "culvert.service")).stream()
                        .filter(l -> l.startsWith("CapabilityBoundingSet="))
                        .findFirst()
                        .orElseThrow();
        return "-all,"
                + Stream.of(line.substring(line.indexOf('=') + 1).split(" ", -1))
                        .map(c -> "+" + c.replace("CAP_", "").toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(","));
    }
}
