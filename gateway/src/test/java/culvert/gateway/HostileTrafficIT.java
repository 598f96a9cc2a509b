package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Garbage from the peer's own address and from strangers is counted, and traffic goes on. */
class HostileTrafficIT {
    private static final int ROUNDS = 40;

    @Test
    void garbageIsCountedAndHarmsNothing() throws IOException {
        long seed = Long.getLong("sim.seed", 20_260_121L);
        System.out.println("sim.seed=" + seed);
        Random random = new Random(seed);
        try (Topology topology = Topology.open();
                StrongSwanEndpoint peer = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                CulvertProcess gateway =
                        LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
            gateway.awaitUp(LabGateway.LIMIT);
            long tunnelPid = gateway.process().pid();
            String spi = gateway.status().text("tunnels", "aws-1", "esp", "spiIn").orElseThrow();

            for (Endpoint sender : Endpoint.values()) {
                for (int port : new int[] {500, 4500}) {
                    send(topology, sender, port, garbage(random, spi));
                }
            }
            assertEquals("up", gateway.status().tunnelState("aws-1"), gateway::log);
            assertEquals(tunnelPid, gateway.process().pid());
            assertTrue(gateway.process().isAlive(), gateway::log);
            for (String counter : List.of("droppedMalformedHeader", "strayDatagrams")) {
                assertTrue(
                        gateway.status().number("ikeCounters", counter) > 0,
                        () -> counter + " in " + gateway.cli("status", "--json").stdout());
            }
            LabGateway.assertPings(topology);
            assertEquals(1, peer.listSas().size());
        }
    }

    /** Each as hexadecimal: truncations, lies and noise that look a little like the real thing. */
    private static List<String> garbage(Random random, String spi) {
        List<String> datagrams = new ArrayList<>();
        datagrams.add("00");
        datagrams.add("ff");
        datagrams.add("00000000");
        datagrams.add(spi);
        datagrams.add(spi + "00000001");
        datagrams.add(spi + "00000001" + "00".repeat(8) + "00".repeat(16));
        datagrams.add("deadbeef00000001" + "00".repeat(40));
        datagrams.add("00000000" + "01".repeat(28));
        for (int round = 0; round < ROUNDS; round++) {
            byte[] noise = new byte[random.nextInt(1, 1400)];
            random.nextBytes(noise);
            datagrams.add(HexFormat.of().formatHex(noise));
            // An ESP packet of the live SA with a sequence number of its own and no valid ICV.
            datagrams.add(spi + HexFormat.of().toHexDigits(random.nextInt()) + "5a".repeat(44));
            // An IKE header that promises more than there is.
            datagrams.add(
                    HexFormat.of().toHexDigits(random.nextLong())
                            + "0000000000000000"
                            + "21202208"
                            + "00000000"
                            + HexFormat.of().toHexDigits(random.nextInt()));
        }
        return datagrams;
    }

    /** Through bash's own UDP redirection, so that no tool is needed; from an ephemeral port. */
    private static void send(Topology topology, Endpoint from, int port, List<String> hexDatagrams)
            throws IOException {
        StringBuilder script = new StringBuilder();
        for (String hex : hexDatagrams) {
            String escaped = hex.replaceAll("(..)", "\\\\x$1");
            script.append("printf '%b' '")
                    .append(escaped)
                    .append("' > /dev/udp/")
                    .append(Topology.GATEWAY_OUTSIDE)
                    .append('/')
                    .append(port)
                    .append('\n');
        }
        Path file = topology.directory().resolve("garbage.sh");
        Files.writeString(file, script);
        topology.endpoint(from).exec("bash " + file);
    }
}
