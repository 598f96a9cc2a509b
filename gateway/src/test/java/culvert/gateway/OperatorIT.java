package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CommandResult;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.LabProcess;
import culvert.lab.Launcher;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator asks of a gateway that works. */
class OperatorIT {
    private static Topology topology;
    private static CulvertProcess gateway;

    @BeforeAll
    static void bringUp() {
        topology = Topology.open();
        StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
        StrongSwanEndpoint.startAws(topology, Endpoint.AWS2);
        gateway = LabGateway.start(topology, LabGateway.customer(Endpoint.values()));
        gateway.awaitUp(LabGateway.LIMIT);
        topology.routeVpcVia(Endpoint.AWS1);
        LabGateway.assertPings(topology);
    }

    @AfterAll
    static void tearDown() {
        gateway.close();
        topology.close();
    }

    private static String ask(String... command) {
        CommandResult result = gateway.cli(command);
        assertTrue(result.succeeded(), result::stderr);
        assertTrue(
                result.stdout().lines().allMatch(line -> line.length() <= 80)
                        || String.join(" ", command).contains("json"),
                result::stdout);
        return result.stdout();
    }

    /** A command that goes on until the test ends it. */
    private static LabProcess follow(String... command) {
        List<String> line = new ArrayList<>(Launcher.ofSystem().command());
        line.addAll(List.of(command));
        return topology.gateway()
                .start(
                        "follow",
                        line,
                        Map.of("CULVERT_CONTROL", gateway.controlSocket().toString()));
    }

    @Test
    void statusSaysThatItIsFineAndWhatEachTunnelDoes() {
        String status = ask("status");
        assertTrue(status.startsWith("ok: 2 of 2 tunnels up, 1 route via aws-1"), status);
        assertTrue(status.contains("aws-2  up for "), status);
        assertTrue(status.contains("last "), status);
        LabProcess watch = follow("status", "--watch");
        LabGateway.await(
                "it is shown again and again",
                watch::log,
                () -> watch.log().split("ok: 2 of 2", -1).length > 3);
        watch.kill();
    }

    @Test
    void saNamesTheSpisOfBothSides() {
        String spi = gateway.status().text("tunnels", "aws-1", "esp", "spiIn").orElse("");
        String text = ask("sa");
        assertTrue(text.contains(spi), text);
        assertTrue(text.contains("IKE_SA_INIT"), text);
        assertTrue(ask("sa", "--json").contains("\"spi\":\"" + spi + "\""));
        assertEquals("no connection of the configuration speaks BGP (routing: bgp)\n", ask("bgp"));
    }

    @Test
    void eventsAreKeptAndFollowed() {
        LabProcess events = follow("events", "-f", "--json");
        LabGateway.await(
                "what happened before", events::log, () -> events.log().contains("tunnel-up"));
        ask("rekey", "aws-2");
        LabGateway.await(
                "what happens now",
                events::log,
                () ->
                        events.log().lines().skip(1).anyMatch(line -> line.startsWith("{\"time\":"))
                                && events.log().split("carries the tunnel", -1).length > 3);
        events.kill();
        assertTrue(ask("events", "--json").lines().allMatch(line -> line.startsWith("{")));
        List<String> last = ask("status").lines().toList();
        assertTrue(last.getFirst().startsWith("ok"), last::toString);
    }

    @Test
    void captureIsAFileThatTsharkReads() {
        Path file = topology.directory().resolve("inner.pcapng");
        LabProcess capture =
                follow(
                        "capture",
                        "aws-1",
                        "-w",
                        file.toString(),
                        "--host",
                        Topology.VPC_HOST,
                        "--packets",
                        "8",
                        "--time",
                        "20s");
        LabGateway.await("it has begun", capture::log, () -> Files.exists(file) && size(file) > 0);
        assertTrue(
                gateway.cli("capture", "aws-1", "-w", "-").stderr().contains("is running"),
                "one at a time");
        topology.lan().ping(Topology.VPC_HOST, 10);
        assertEquals(0, capture.awaitExit(LabGateway.LIMIT), capture::log);
        String read =
                HostCommand.require(
                        "tshark",
                        "-r",
                        file.toString(),
                        "-T",
                        "fields",
                        "-e",
                        "ip.src",
                        "-e",
                        "ip.dst",
                        "-e",
                        "icmp.type",
                        "-e",
                        "frame.comment",
                        "-e",
                        "frame.len");
        List<String> lines = read.lines().filter(line -> line.startsWith("1")).toList();
        assertEquals(8, lines.size(), read);
        assertTrue(
                lines.contains(
                        "%s\t%s\t8\toutbound\t84".formatted(Topology.LAN_HOST, Topology.VPC_HOST)),
                read);
        assertTrue(
                lines.contains(
                        "%s\t%s\t0\tinbound\t84".formatted(Topology.VPC_HOST, Topology.LAN_HOST)),
                read);
        assertEquals(1, gateway.cli("capture", "nobody", "-w", "-").exitCode());
    }

    @Test
    void captureOfATunnelThatIsDownShowsWhatItDropsAndWhy() {
        Path file = topology.directory().resolve("dropped.pcapng");
        String nowhere = "10.99.0.1";
        ask("down", "aws-2");
        // It is emptied first: until then its SA takes packets.
        LabGateway.awaitTunnel(gateway, "aws-2", "down");
        topology.gateway().ip("route add " + nowhere + "/32 dev cv1");
        LabProcess capture =
                follow(
                        "capture",
                        "aws-2",
                        "-w",
                        file.toString(),
                        "--host",
                        nowhere,
                        "--packets",
                        "1",
                        "--time",
                        "20s");
        LabGateway.await("it has begun", capture::log, () -> Files.exists(file) && size(file) > 0);
        assertEquals(0, topology.gateway().ping(nowhere, 1).answers());
        assertEquals(0, capture.awaitExit(LabGateway.LIMIT), capture::log);
        String read =
                HostCommand.require(
                        "tshark",
                        "-r",
                        file.toString(),
                        "-T",
                        "fields",
                        "-e",
                        "ip.dst",
                        "-e",
                        "frame.comment");
        assertTrue(read.contains(nowhere + "\toutbound, dropped: noSa\n"), read);
        topology.gateway().ip("route del " + nowhere + "/32 dev cv1");
        ask("up", "aws-2");
        gateway.awaitUp(LabGateway.LIMIT);
    }

    @Test
    void supportPutsAllIntoOneArchiveAndNoKey() {
        Path archive = topology.directory().resolve("ticket.tar.gz");
        ask("support", "-c", gateway.configuration().toString(), "-o", archive.toString());
        String all = HostCommand.require("tar", "-xOzf", archive.toString());
        for (String words :
                new String[] {
                    "ok: 2 of 2 tunnels up",
                    "\"schema\":\"culvert.sa/1\"",
                    "\"event\":\"tunnel-up\"",
                    "Nothing fails",
                    "dpd-timeout",
                    "Linux version"
                }) {
            assertTrue(all.contains(words), words);
        }
        for (Endpoint endpoint : Endpoint.values()) {
            assertFalse(all.contains(endpoint.preSharedKey()));
        }
    }

    @Test
    void captureUnderLoadEndsAtItsLimitAndLosesNothingElse() {
        Path file = topology.directory().resolve("load.pcapng");
        LabProcess server = Probes.tcpServer(topology.vpc());
        double before =
                Probes.tcpMegabitsPerSecond(
                        topology.lan(), Topology.VPC_HOST, 1, 3, Probes.Direction.UP);
        LabProcess capture =
                follow(
                        "capture",
                        "aws-1",
                        "-w",
                        file.toString(),
                        "--port",
                        Integer.toString(Probes.TCP_PORT),
                        "--packets",
                        "5000");
        LabGateway.await("it has begun", capture::log, () -> Files.exists(file) && size(file) > 0);
        double megabits =
                Probes.tcpMegabitsPerSecond(
                        topology.lan(), Topology.VPC_HOST, 1, 3, Probes.Direction.UP);
        System.out.printf("with a capture %.0f, without %.0f Mbit/s%n", megabits, before);
        assertEquals(0, capture.awaitExit(LabGateway.LIMIT.multipliedBy(2)), capture::log);
        server.kill();
        assertEquals(
                5_000,
                HostCommand.require("tshark", "-r", file.toString(), "-T", "fields", "-e", "ip.src")
                        .lines()
                        .filter(line -> line.startsWith("1"))
                        .count());
        assertTrue(ask("status").startsWith("ok"));
    }

    @Test
    void aDiskThatIsFullEndsTheCaptureAndNotTheDaemon() {
        LabProcess pings =
                topology.lan().start("ping", "ping -q -i 0.05 -c 100 " + Topology.VPC_HOST);
        CommandResult full = gateway.cli("capture", "aws-2", "-w", "/dev/full", "--time", "10s");
        assertEquals(1, full.exitCode());
        assertTrue(full.stderr().contains("cannot write /dev/full"), full::stderr);
        assertTrue(ask("status").startsWith("ok"));
        pings.kill();
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
