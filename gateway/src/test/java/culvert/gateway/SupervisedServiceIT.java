package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.CulvertStatus;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.Topology;
import culvert.lab.TunnelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What systemd does for the service: hands over keys, restarts what crashed or hangs, and leaves
 * alone what cannot start. In a Debian 13, which is as it was when all is over.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SupervisedServiceIT {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("CULVERT_NO_BUILD", "1", "JAVA_HOME", System.getProperty("java.home"));
    private static final String DROP_IN = "/etc/systemd/system/culvert.service.d/test.conf";
    private static final String FILE = "/etc/culvert/culvert.yaml";

    /**
     * What a package leaves, by Debian's own account of it: its user, and what the operator wrote.
     */
    private static final Pattern LEFT_BEHIND =
            Pattern.compile("/etc/(culvert(/.*)?|(passwd|group|shadow|gshadow)-|\\.pwd\\.lock)");

    @TempDir private static Path shared = Path.of("");

    private static Topology topology;
    private static CulvertProcess aws;
    private static DebianContainer debian;
    private static Set<String> before = Set.of();

    @BeforeAll
    static void install() {
        HostCommand built =
                HostCommand.run(
                        List.of("../systemd/package", "-n", "-o", shared.toString()), ENVIRONMENT);
        assertEquals(0, built.exitCode(), built.output());
        Path archive = Path.of(built.output().lines().toList().getLast());
        topology = Topology.open();
        aws = CulvertProcess.startAws(topology, Endpoint.AWS1, Launcher.ofSystem());
        debian = DebianContainer.boot(topology.gateway(), shared);
        before = files();
        debian.require("dpkg", "--install", "/shared/" + archive.getFileName());
    }

    @AfterAll
    static void tearDown() {
        debian.close();
        aws.close();
        topology.close();
    }

    /** Of the whole system, without what changes by itself. */
    private static Set<String> files() {
        String found =
                debian.require(
                        "find",
                        "/",
                        "-xdev",
                        "-regextype",
                        "posix-extended",
                        "-regex",
                        "/(dev|proc|run|sys|tmp|shared|var/(cache|log|tmp|lib/(dpkg|systemd)))",
                        "-prune",
                        "-o",
                        "-print");
        return found.lines().collect(Collectors.toCollection(TreeSet::new));
    }

    private static GatewaySpec spec() {
        return LabGateway.customer(Endpoint.AWS1);
    }

    private static String yaml() {
        return spec().yaml(Path.of("/run/culvert/control.sock"));
    }

    private static void dropIn(String... lines) {
        debian.require("mkdir", "-p", DROP_IN.substring(0, DROP_IN.lastIndexOf('/')));
        debian.write(DROP_IN, "[Service]\n" + String.join("\n", lines) + "\n");
        debian.require("systemctl", "daemon-reload");
    }

    private static String property(String name) {
        return debian.require("systemctl", "show", "-P", name, "culvert").strip();
    }

    private static void awaitUp() {
        debian.require("culvert", "wait", "--timeout", "30s");
    }

    /** A new process, whose tunnel is up. */
    private static void awaitRestartAfter(String pid) {
        LabGateway.await(
                "systemd has started another process",
                debian::journal,
                () -> !List.of(pid, "0").contains(property("MainPID")));
        LabGateway.await(
                "the control socket answers",
                debian::journal,
                () -> debian.run("culvert", "status").exitCode() != 3);
        awaitUp();
    }

    @Test
    @Order(1)
    void aKeyComesAsACredentialThatOnlyRootCanRead() {
        TunnelSpec tunnel = spec().tunnels().getFirst();
        debian.write("/etc/culvert/secrets/aws-1.psk", tunnel.preSharedKey() + "\n");
        debian.require("chmod", "600", "/etc/culvert/secrets/aws-1.psk");
        debian.write(FILE, yaml().replace("{file: secrets/aws-1.psk}", "{credential: aws-1.psk}"));
        dropIn("LoadCredential=aws-1.psk:/etc/culvert/secrets/aws-1.psk");
        debian.require("systemctl", "start", "culvert");
        awaitUp();
        LabGateway.assertPings(topology);
        assertEquals("culvert", property("User"));
        assertEquals(
                "0", debian.require("stat", "-c", "%u", "/etc/culvert/secrets/aws-1.psk").strip());
        LabGateway.await(
                "systemctl status says how it is",
                debian::journal,
                () -> property("StatusText").startsWith("1 of 1 tunnels up"));
    }

    @Test
    @Order(2)
    void whatCrashedComesBackHoweverOften() {
        assertEquals("0", property("StartLimitIntervalUSec"));
        for (int i = 1; i <= 6; i++) { // systemd's default gives up after five
            String pid = property("MainPID");
            debian.require("kill", "-KILL", pid);
            awaitRestartAfter(pid);
            assertEquals(Integer.toString(i), property("NRestarts"));
        }
        LabGateway.assertPings(topology);
    }

    /** As a JVM whose every thread hangs: nothing feeds the watchdog. */
    @Test
    @Order(3)
    void whatHangsIsEndedAndComesBack() {
        dropIn(
                "LoadCredential=aws-1.psk:/etc/culvert/secrets/aws-1.psk",
                "WatchdogSec=3s",
                "TimeoutAbortSec=1s");
        debian.require("systemctl", "restart", "culvert");
        awaitUp();
        String pid = property("MainPID");
        debian.require("kill", "-STOP", pid);
        awaitRestartAfter(pid);
        assertTrue(debian.journal().contains("Watchdog timeout"), debian::journal);
        LabGateway.assertPings(topology);
    }

    @Test
    @Order(4)
    void linesHaveTheirPriority() {
        debian.write(FILE, "version: 1\nsight:\n");
        assertNotEquals(0, debian.run("systemctl", "reload", "culvert").exitCode());
        String errors = ofPriority("err");
        assertTrue(errors.contains("event=reload-failed reason=\"" + FILE + ":1:1: "), errors);
        String all = ofPriority("info");
        assertTrue(all.contains("level=info tunnel=aws-1 event=tunnel-up msg=up"), all);
        assertTrue(!errors.contains("event=tunnel-up"), errors);
        assertTrue(
                !all.contains(spec().tunnels().getFirst().preSharedKey()), "a key is in the log");
    }

    private static String ofPriority(String least) {
        return debian.require(
                "journalctl", "--no-pager", "-u", "culvert", "-o", "cat", "-p", least);
    }

    @Test
    @Order(5)
    void anInvalidFileIsNotTriedAgain() {
        debian.require("systemctl", "reset-failed", "culvert");
        assertNotEquals(0, debian.run("systemctl", "restart", "culvert").exitCode());
        assertEquals("failed", property("ActiveState"));
        assertEquals("exit-code", property("Result"));
        assertEquals("7", property("ExecMainStatus"));
        assertEquals("0", property("NRestarts"));
        assertEquals("7 78", property("RestartPreventExitStatus"));
    }

    @Test
    @Order(6)
    void purgedItLeavesOnlyWhatTheOperatorWrote() {
        debian.write(FILE, yaml());
        debian.require("chown", "culvert", "/etc/culvert/secrets/aws-1.psk");
        debian.require("rm", "-r", DROP_IN.substring(0, DROP_IN.lastIndexOf('/')));
        debian.require("systemctl", "daemon-reload");
        debian.require("systemctl", "enable", "--now", "culvert");
        debian.require("dpkg", "--purge", "culvert");
        Set<String> left = new TreeSet<>(files());
        left.removeAll(before);
        left.removeIf(path -> LEFT_BEHIND.matcher(path).matches());
        assertEquals(Set.of(), left);
        debian.require("test", "-f", FILE);
        assertEquals("", topology.gateway().exec("ip route show proto 213"));
        CulvertStatus peer = aws.status();
        assertEquals("connecting", peer.tunnelState(spec().tunnels().getFirst().name()));
    }
}
