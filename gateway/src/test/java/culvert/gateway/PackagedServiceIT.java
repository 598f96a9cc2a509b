package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.gateway.control.ExitCode;
import culvert.lab.Bird;
import culvert.lab.BirdSpec;
import culvert.lab.CulvertStatus;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import culvert.lab.TunnelSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The package in a Debian 13 under systemd: installed, started, reloaded, upgraded, stopped and
 * purged, with strongSwan and BIRD at the other end.
 */
class PackagedServiceIT {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("CULVERT_NO_BUILD", "1", "JAVA_HOME", System.getProperty("java.home"));

    /**
     * What is promised of the two-core machine of the lab. The best of several tries counts, so
     * that the number is Culvert's and not that of whatever else the machine does.
     */
    private static final double MOST_START_MILLIS = 2_000;

    private static final double MOST_COMMAND_MILLIS = 300;
    private static final double MOST_RESIDENT_KILOBYTES = 150_000;
    private static final double MOST_UPGRADE_MILLIS = 3_000;
    private static final int TRIES = 5;

    /** nobody and nogroup of Debian. */
    private static final String STRANGER = "65534";

    @TempDir private Path shared = Path.of("");

    private static GatewaySpec spec() {
        return LabGateway.customer(Endpoint.values())
                .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX);
    }

    private static StrongSwanEndpoint strongSwan(Topology topology, Endpoint endpoint) {
        return StrongSwanEndpoint.start(
                topology,
                topology.endpoint(endpoint),
                StrongSwanSpec.aws(endpoint).withoutRoutes());
    }

    private static Bird bird(Topology topology, Endpoint endpoint) {
        return Bird.start(
                topology, topology.endpoint(endpoint), BirdSpec.aws(endpoint, Topology.VPC_PREFIX));
    }

    private String buildPackage() {
        HostCommand built =
                HostCommand.run(
                        List.of("../systemd/package", "-o", shared.toString()), ENVIRONMENT);
        assertEquals(0, built.exitCode(), built.output());
        return "/shared/" + Path.of(built.output().lines().toList().getLast()).getFileName();
    }

    @Test
    void livesALifeUnderSystemd() {
        String archive = buildPackage();
        try (Topology topology = Topology.open();
                StrongSwanEndpoint one = strongSwan(topology, Endpoint.AWS1);
                StrongSwanEndpoint two = strongSwan(topology, Endpoint.AWS2);
                Bird bird1 = bird(topology, Endpoint.AWS1);
                Bird bird2 = bird(topology, Endpoint.AWS2);
                DebianContainer debian = DebianContainer.boot(topology.gateway(), shared)) {
            Probes.echoServer(topology.vpc());
            topology.routeVpcVia(Endpoint.AWS1);
            debian.require("dpkg", "--install", archive);
            assertEquals(
                    "inactive", debian.run("systemctl", "is-active", "culvert").output().strip());
            configure(debian, spec());

            debian.require("systemctl", "enable", "culvert");
            assertAtMost(
                    "ms from the start to both tunnels and BGP",
                    MOST_START_MILLIS,
                    () -> startMillis(debian));
            LabGateway.assertPings(topology);
            assertAtMost("ms for a command", MOST_COMMAND_MILLIS, () -> commandMillis(debian));
            isHardlyExposed(debian);
            answersOnlyThoseItShould(debian);
            reloads(debian);
            assertAtMost(
                    "ms without an answer during an upgrade",
                    MOST_UPGRADE_MILLIS,
                    () -> upgradeMillis(debian, topology, archive));
            assertAtMost("kB resident", MOST_RESIDENT_KILOBYTES, () -> residentKilobytes(debian));

            debian.require("systemctl", "stop", "culvert");
            assertEquals(
                    "success",
                    debian.require("systemctl", "show", "-P", "Result", "culvert").strip());
            assertEquals("", topology.gateway().exec("ip route show proto 213"));
            debian.require("dpkg", "--purge", "culvert");
            assertNotEquals(0, debian.run("test", "-e", "/usr/lib/culvert").exitCode());
            assertNotEquals(0, debian.run("systemctl", "cat", "culvert").exitCode());
            debian.require("test", "-f", "/etc/culvert/culvert.yaml");
        }
    }

    private static void configure(DebianContainer debian, GatewaySpec spec) {
        debian.write("/etc/culvert/culvert.yaml", spec.yaml(Path.of("/run/culvert/control.sock")));
        for (TunnelSpec tunnel : spec.tunnels()) {
            String file = "/etc/culvert/secrets/" + tunnel.name() + ".psk";
            debian.write(file, tunnel.preSharedKey() + "\n");
            debian.require("chown", "culvert", file);
            debian.require("chmod", "600", file);
        }
    }

    /** Measures until one try is good enough. */
    private static void assertAtMost(String what, double most, DoubleSupplier measurement) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < TRIES && best >= most; i++) {
            best = Math.min(best, measurement.getAsDouble());
        }
        String seen = "package: %.0f %s".formatted(best, what);
        System.out.println(seen);
        assertTrue(best < most, seen);
    }

    private static double startMillis(DebianContainer debian) {
        debian.require("systemctl", "stop", "culvert");
        long startNanos = System.nanoTime();
        debian.require("systemctl", "start", "culvert");
        debian.require("culvert", "wait", "--timeout", "30s");
        return (System.nanoTime() - startNanos) / 1e6;
    }

    private static double commandMillis(DebianContainer debian) {
        long startNanos = System.nanoTime();
        debian.require("culvert", "status");
        return (System.nanoTime() - startNanos) / 1e6;
    }

    private static double residentKilobytes(DebianContainer debian) {
        String pid = debian.require("systemctl", "show", "-P", "MainPID", "culvert").strip();
        return debian.require("cat", "/proc/" + pid + "/status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** By the judgement of this Debian's systemd, which is newer than that of SystemdUnitIT. */
    private static void isHardlyExposed(DebianContainer debian) {
        debian.require(
                "systemd-analyze",
                "security",
                "--offline=true",
                "--threshold=20",
                "/usr/lib/systemd/system/culvert.service");
    }

    /** Another user is kept out by the directory, and by the daemon where somebody opened it. */
    private static void answersOnlyThoseItShould(DebianContainer debian) {
        assertRefused(debian, "you may not use /run/culvert/control.sock");
        debian.require(statusAs("culvert"));
        debian.require("chmod", "777", "/run/culvert", "/run/culvert/control.sock");
        assertRefused(debian, "only root, the daemon's user and its group");
        assertTrue(debian.journal().contains("uid " + STRANGER), debian::journal);
        debian.require("chmod", "750", "/run/culvert");
        debian.require("chmod", "660", "/run/culvert/control.sock");
    }

    private static String[] statusAs(String group) {
        return new String[] {
            "setpriv",
            "--reuid=" + STRANGER,
            "--regid=" + group,
            "--clear-groups",
            "culvert",
            "status"
        };
    }

    private static void assertRefused(DebianContainer debian, String words) {
        HostCommand refused = debian.run(statusAs(STRANGER));
        assertEquals(ExitCode.PERMISSION.number(), refused.exitCode(), refused.output());
        assertTrue(refused.output().contains(words), refused.output());
    }

    private static CulvertStatus status(DebianContainer debian) {
        return CulvertStatus.parse(debian.require("culvert", "status", "--json"));
    }

    private static String spi(DebianContainer debian) {
        return status(debian).text("tunnels", "aws-1", "esp", "spiIn").orElse("none");
    }

    private static void reloads(DebianContainer debian) {
        String before = spi(debian);
        configure(
                debian,
                spec().withSite("advertise", "[" + Topology.LAN_PREFIX + ", 192.168.11.0/24]"));
        debian.require("systemctl", "reload", "culvert");
        assertEquals("active", debian.require("systemctl", "is-active", "culvert").strip());
        assertEquals("ok", status(debian).text("config", "lastReload").orElse(""));
        assertEquals(before, spi(debian));
        debian.write("/etc/culvert/culvert.yaml", "version: 1\nsight:\n");
        assertNotEquals(0, debian.run("systemctl", "reload", "culvert").exitCode());
        assertEquals("failed", status(debian).text("config", "lastReload").orElse(""));
        assertTrue(debian.journal().contains("culvert.yaml:2:1: "), debian::journal);
        assertEquals(before, spi(debian));
        configure(debian, spec());
        debian.require("systemctl", "reload", "culvert");
    }

    private static double upgradeMillis(DebianContainer debian, Topology topology, String archive) {
        Probes.EchoRun echo =
                Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofMinutes(2))
                        .awaitFirstAnswer();
        String pid = debian.require("systemctl", "show", "-P", "MainPID", "culvert");
        debian.require("dpkg", "--install", archive);
        debian.require("culvert", "wait", "--timeout", "30s");
        assertNotEquals(pid, debian.require("systemctl", "show", "-P", "MainPID", "culvert"));
        assertTrue(debian.require("cat", "/etc/culvert/culvert.yaml").contains("aws-1"));
        LabGateway.assertPings(topology);
        return echo.stop().report().longestSilenceMillis();
    }
}
