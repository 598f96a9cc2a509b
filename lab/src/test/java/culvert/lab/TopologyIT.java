package culvert.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopologyIT {
    @Test
    void twoLabsLiveSideBySideAndLeaveNothingBehind() {
        Path directory;
        String ids;
        LabProcess sleeper;
        try (Topology one = Topology.open();
                Topology two = Topology.open()) {
            assertFalse(one.id().equals(two.id()));
            assertTrue(two.gateway().reaches(Endpoint.AWS2.outsideAddress(), 1));
            ids = "culvert-(" + one.id() + "|" + two.id() + ")-.*";
            assertEquals(12, namespaces(ids));
            sleeper = one.vpc().start("sleep", "sleep 1000");
            directory = one.directory();
            assertTrue(Files.isDirectory(directory));
            // Nothing but namespaces is ever visible outside.
            assertFalse(Command.run("ip -o link").contains(Wiring.OUTSIDE));
        }
        assertFalse(sleeper.isAlive());
        assertFalse(Files.exists(directory));
        assertEquals(0, namespaces(ids));
    }

    @Test
    void connectsWhatIsConnectedInTheFieldAndNothingElse() {
        try (Topology topology = Topology.open()) {
            for (Endpoint endpoint : Endpoint.values()) {
                assertTrue(topology.gateway().reaches(endpoint.outsideAddress(), 1));
                assertTrue(topology.endpoint(endpoint).reaches(Topology.VPC_HOST, 1));
            }
            assertTrue(topology.lan().reaches(Topology.LAN_GATEWAY, 1));
            // Without a tunnel the request leaves in plaintext, is seen, and gets nowhere.
            try (Capture outside = Capture.start(topology, topology.outside(), "outside.pcap")) {
                assertFalse(topology.lan().reaches(Topology.VPC_HOST, 1));
                outside.stop();
                assertEquals(1, outside.count("icmp and dst host " + Topology.VPC_HOST));
                LabException leak = assertThrows(LabException.class, outside::requireNoPlaintext);
                assertTrue(leak.getMessage().contains("ICMP echo request"), leak.getMessage());
            }
        }
    }

    @Test
    void movesTheVpcsRouteByHandAndWithTheEndpoint() {
        try (Topology topology = Topology.open()) {
            assertEquals("aws1", vpcDevice(topology));
            topology.routeVpcVia(Endpoint.AWS2);
            assertEquals("aws2", vpcDevice(topology));
            topology.fail(Endpoint.AWS2);
            assertEquals("aws1", vpcDevice(topology));
            assertFalse(topology.gateway().reaches(Endpoint.AWS2.outsideAddress(), 1));
            topology.recover(Endpoint.AWS2);
            assertEquals("aws2", vpcDevice(topology));
            assertTrue(topology.gateway().reaches(Endpoint.AWS2.outsideAddress(), 5));
            assertTrue(topology.endpoint(Endpoint.AWS2).reaches(Topology.VPC_HOST, 5));
        }
    }

    @Test
    void losesFramesAsTheFaultSays() {
        try (Topology topology = Topology.open()) {
            Namespace gateway = topology.gateway();
            String address = Endpoint.AWS1.outsideAddress();
            long before = topology.outside().traffic().packetsOut();
            assertTrue(gateway.ping(address, 5).complete());
            assertTrue(topology.outside().traffic().packetsOut() >= before + 5);

            topology.drop(Endpoint.AWS1);
            assertEquals(0, gateway.ping(address, 2).answers());
            topology.restore(Endpoint.AWS1);
            assertTrue(gateway.ping(address, 5).complete());

            topology.outside(Endpoint.AWS1).fault(Fault.discard("icmp and greater 500"));
            assertEquals(0, gateway.ping(address, 2, "-s", "1000").answers());
            assertTrue(gateway.ping(address, 5).complete());

            // A quarter passes both ways: 50 of 200, standard deviation 6.
            topology.impair(Endpoint.AWS1, Fault.loss(0.5));
            int answers = gateway.ping(address, 200, "-i", "0.005", "-W", "0.2").answers();
            assertTrue(answers > 10 && answers < 110, answers + " of 200 answered");
            topology.heal(Endpoint.AWS1);
            assertTrue(gateway.ping(address, 5).complete());
            assertTrue(gateway.ping(Endpoint.AWS2.outsideAddress(), 5).complete());
        }
    }

    @Test
    void refusesAnIdInUseAndRemovesWhatADeadOwnerLeft() throws IOException {
        Path leftover;
        try (Topology topology = Topology.open("labit1")) {
            LabException inUse = assertThrows(LabException.class, () -> Topology.open("labit1"));
            assertTrue(inUse.getMessage().contains("already running"), inUse.getMessage());
            assertTrue(topology.gateway().reaches(Topology.ROUTER, 1));
            leftover = topology.directory().resolveSibling("labit2");
        }
        // A run of process number 0 that nobody cleaned up.
        Path lock = leftover.resolveSibling("labit2.lock");
        Files.createDirectories(leftover.resolve("log"));
        Files.createSymbolicLink(lock, Path.of("0-0"));
        Command.run("ip netns add culvert-labit2-gw");
        LabProcess orphan =
                LabProcess.start(
                        "orphan",
                        List.of("ip", "netns", "exec", "culvert-labit2-gw", "sleep", "1000"),
                        Map.of(),
                        leftover.resolve("log/orphan.log"));
        try (Topology topology = Topology.open()) {
            assertTrue(topology.gateway().reaches(Topology.ROUTER, 1));
            assertFalse(Files.exists(leftover));
            assertFalse(Files.exists(lock, LinkOption.NOFOLLOW_LINKS));
            orphan.awaitExit(Duration.ofSeconds(5));
        }
    }

    @Test
    void namesTheCommandThatFailedAndItsReason() {
        try (Topology topology = Topology.open()) {
            LabException failure =
                    assertThrows(
                            LabException.class, () -> topology.gateway().link("none0").mtu(1400));
            assertTrue(failure.getMessage().contains("link set dev none0 mtu 1400"));
            assertTrue(failure.getMessage().contains("none0\""), failure.getMessage());
            topology.outside().mtu(1300);
            topology.wireMode();
            assertTrue(topology.gateway().reaches(Endpoint.AWS1.outsideAddress(), 1));
        }
    }

    private static String vpcDevice(Topology topology) {
        String[] words = topology.vpc().exec("ip route get " + Topology.LAN_HOST).split(" ");
        return words[List.of(words).indexOf("dev") + 1];
    }

    private static long namespaces(String pattern) {
        return Command.run("ip netns list")
                .lines()
                .filter(line -> line.split(" ")[0].matches(pattern))
                .count();
    }
}
