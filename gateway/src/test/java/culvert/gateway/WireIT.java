package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Capture;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.Launcher;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we put on the wire is what another implementation's dissector reads there. */
class WireIT {
    @Test
    void tsharkDecryptsOurIkeAndOurEspWithTheExportedKeys(@TempDir Path profile)
            throws IOException, InterruptedException {
        // tshark looks for its tables in $XDG_CONFIG_HOME/wireshark.
        Path tables = Files.createDirectory(profile.resolve("wireshark"));
        try (Topology topology = Topology.open();
                StrongSwanEndpoint peer = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                Capture wire = Capture.start(topology, topology.outside(), "wire.pcap");
                CulvertProcess gateway =
                        CulvertProcess.start(
                                topology,
                                topology.gateway(),
                                LabGateway.customer(Endpoint.AWS1),
                                Launcher.ofSystem(),
                                "--debug-export-keys",
                                tables.toString())) {
            gateway.awaitUp(LabGateway.LIMIT);
            assertTrue(gateway.log().contains("KEYS OF ALL SAs ARE WRITTEN"), "says so loudly");
            assertTrue(topology.lan().ping(Topology.VPC_HOST, 5).complete());
            assertEquals(0, gateway.cli("rekey", "aws-1").exitCode());
            peer.awaitLog("outbound CHILD_SA net{2} established", LabGateway.LIMIT);
            assertTrue(topology.lan().ping(Topology.VPC_HOST, 5).complete());
            wire.stop();

            String auth = tshark(profile, wire.file(), "-Y", "isakmp.exchangetype == 35", "-V");
            assertTrue(auth.contains("Authentication Method: Shared Key"), auth);
            assertTrue(auth.contains("Traffic Selector"), auth);
            assertTrue(
                    tshark(profile, wire.file(), "-Y", "isakmp.exchangetype == 36", "-V")
                            .contains("REKEY_SA"));
            assertEquals(
                    20,
                    tshark(
                                    profile,
                                    wire.file(),
                                    "-Y",
                                    "esp && icmp && ip.addr == " + Topology.VPC_HOST)
                            .lines()
                            .count(),
                    "ten requests and ten answers, on two SAs");
            assertFalse(
                    tshark(profile, wire.file(), "-Y", "_ws.malformed").contains("Malformed"),
                    "no packet that a dissector cannot read");
        }
    }

    private static String tshark(Path profile, Path capture, String... options)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "tshark",
                                "-n",
                                "-r",
                                capture.toString(),
                                "-o",
                                "esp.enable_encryption_decode:TRUE"));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("XDG_CONFIG_HOME", profile.toString());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> command + ": " + text);
        return text;
    }
}
