package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Bird;
import culvert.lab.BirdSpec;
import culvert.lab.CulvertStatus;
import culvert.lab.EchoReport;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The package in a Debian 13 under systemd: installed, started, reloaded, upgraded, stopped and
 * purged, with strongSwan and BIRD at the other end.
 */
class PackagedServiceIT {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("CULVERT_NO_BUILD", "1", "JAVA_HOME", System.getProperty("java.home"));

    /** Far above what is promised: this machine may be busy. The test prints what it measured. */
    private static final long MOST_START_MILLIS = 10_000;

    private static final long MOST_COMMAND_MILLIS = 2_000;
    private static final long MOST_RESIDENT_KILOBYTES = 200_000;
    private static final double MOST_UPGRADE_MILLIS = 15_000;

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

            long startNanos = System.nanoTime();
            debian.require("systemctl", "enable", "--now", "culvert");
            debian.require("culvert", "wait", "--timeout", "30s");
            long startMillis = (System.nanoTime() - startNanos) / 1_000_000;
            LabGateway.assertPings(topology);
            long commandMillis = fastestCommandMillis(debian);
            long residentKilobytes = residentKilobytes(debian);
            System.out.printf(
                    "package: start to both tunnels and BGP %d ms, command %d ms, resident %d kB%n",
                    startMillis, commandMillis, residentKilobytes);
            assertTrue(startMillis < MOST_START_MILLIS, () -> startMillis + " ms");
            assertTrue(commandMillis < MOST_COMMAND_MILLIS, () -> commandMillis + " ms");
            assertTrue(
                    residentKilobytes < MOST_RESIDENT_KILOBYTES, () -> residentKilobytes + " kB");

            reloads(debian);
            upgrades(debian, topology, archive);

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

    private static long fastestCommandMillis(DebianContainer debian) {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            long startNanos = System.nanoTime();
            debian.require("culvert", "status");
            fastest = Math.min(fastest, (System.nanoTime() - startNanos) / 1_000_000);
        }
        return fastest;
    }

    private static long residentKilobytes(DebianContainer debian) {
        String pid = debian.require("systemctl", "show", "-P", "MainPID", "culvert").strip();
        return debian.require("cat", "/proc/" + pid + "/status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
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

    private static void upgrades(DebianContainer debian, Topology topology, String archive) {
        Probes.EchoRun echo =
                Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(40))
                        .awaitFirstAnswer();
        String pid = debian.require("systemctl", "show", "-P", "MainPID", "culvert");
        debian.require("dpkg", "--install", archive);
        debian.require("culvert", "wait", "--timeout", "30s");
        assertNotEquals(pid, debian.require("systemctl", "show", "-P", "MainPID", "culvert"));
        assertTrue(debian.require("cat", "/etc/culvert/culvert.yaml").contains("aws-1"));
        LabGateway.assertPings(topology);
        EchoReport report = echo.finish();
        System.out.printf(
                "package: %.0f ms without an answer during an upgrade%n",
                report.longestSilenceMillis());
        assertTrue(report.longestSilenceMillis() < MOST_UPGRADE_MILLIS, report::toString);
    }
}
