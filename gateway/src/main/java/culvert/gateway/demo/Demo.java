package culvert.gateway.demo;

import culvert.gateway.control.ExitCode;
import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.LabException;
import culvert.lab.Launcher;
import culvert.lab.Namespace;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.Topology;
import culvert.tunio.Capability;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The whole thing on this machine: a site, a gateway, two endpoints that play AWS, a VPC; tunnels
 * come up, traffic flows, one endpoint dies, the other takes over. Cleans up after itself, also on
 * Ctrl-C (the lab's shutdown hook).
 */
public final class Demo {
    /** Who plays AWS. */
    public enum Peer {
        CULVERT,
        STRONGSWAN
    }

    private static final Duration UP_LIMIT = Duration.ofSeconds(60);
    private static final Duration FAILOVER_LIMIT = Duration.ofSeconds(12);
    private static final Duration BEFORE_THE_FAILURE = Duration.ofSeconds(2);
    private static final Duration AFTER_THE_FAILOVER = Duration.ofSeconds(1);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
    private static final int PINGS = 5;
    private static final int TCP_SECONDS = 4;

    private final Peer peer;
    private final PrintStream out;
    private final Progress progress;
    private final List<AutoCloseable> running = new ArrayList<>();

    public Demo(Peer peer, PrintStream out) {
        this.peer = peer;
        this.out = out;
        this.progress = new Progress(out);
    }

    /** Runs it to the end. */
    public ExitCode run() {
        if (!Capability.SYS_ADMIN.held()) {
            System.err.println(
                    "the demo builds network namespaces: run it as root ("
                            + Capability.SYS_ADMIN.advice()
                            + ")");
            return ExitCode.PERMISSION;
        }
        out.printf(
                "Culvert demo: a site and a VPC, joined by two IPsec tunnels, in network namespaces.%n"
                        + "The other side is %s.%n%n",
                switch (peer) {
                    case CULVERT -> "a second Culvert in the responder role, one per endpoint";
                    case STRONGSWAN ->
                            "strongSwan, one charon per endpoint, configured as AWS's side";
                });
        try (Topology topology = buildNetwork()) {
            try {
                show(topology);
            } finally {
                stopEverything();
                progress.step("cleaning up");
            }
        } catch (LabException e) {
            progress.failed();
            System.err.println("culvert demo: " + e.getMessage());
            return ExitCode.FAILURE;
        }
        progress.done("nothing is left behind");
        return ExitCode.OK;
    }

    private Topology buildNetwork() {
        progress.step("network namespaces: site, gateway, Internet, two endpoints, VPC");
        Topology topology = Topology.open();
        progress.done("");
        return topology;
    }

    private void show(Topology topology) {
        Launcher launcher = launcher();
        startEndpoints(topology, launcher);
        CulvertProcess gateway = startGateway(topology, launcher);
        out.printf("%n%s%n", gateway.cli("status").stdout());
        ping(topology.lan(), Topology.VPC_HOST);
        ping(topology.vpc(), Topology.LAN_HOST);
        measureTcp(topology);
        failOver(topology, gateway);
        out.printf("%n%s%n", gateway.cli("status").stdout());
        progress.step("SIGTERM to the gateway");
        CulvertProcess.Stopped stopped = gateway.stop();
        progress.done(
                "exit code %d after %d ms"
                        .formatted(stopped.exitCode(), stopped.took().toMillis()));
    }

    /** The script when there is one, for its JVM flags; an installed Culvert has only its JVM. */
    private static Launcher launcher() {
        String script = System.getProperty("culvert.launcher", "");
        return script.isEmpty() ? Launcher.ofSystem() : Launcher.script(Path.of(script));
    }

    private void startEndpoints(Topology topology, Launcher launcher) {
        for (Endpoint endpoint : Endpoint.values()) {
            progress.step(
                    "endpoint %s at %s".formatted(endpoint.role(), endpoint.outsideAddress()));
            running.add(
                    switch (peer) {
                        case CULVERT -> CulvertProcess.startAws(topology, endpoint, launcher);
                        case STRONGSWAN -> StrongSwanEndpoint.startAws(topology, endpoint);
                    });
            progress.done("");
        }
    }

    private CulvertProcess startGateway(Topology topology, Launcher launcher) {
        progress.step("gateway at " + Topology.GATEWAY_OUTSIDE);
        long startNanos = System.nanoTime();
        CulvertProcess gateway =
                CulvertProcess.start(
                        topology,
                        topology.gateway(),
                        GatewaySpec.customer(Endpoint.values())
                                .withEachTunnel(t -> t.withLiveness("500ms", "1500ms", "250ms")),
                        launcher);
        running.add(gateway);
        gateway.awaitUp(UP_LIMIT);
        progress.done(
                "both tunnels up %.1f s after the process began"
                        .formatted((System.nanoTime() - startNanos) / 1e9));
        return gateway;
    }

    private void ping(Namespace from, String to) {
        progress.step("ping from %s to %s".formatted(from.role(), to));
        Namespace.PingResult result = from.ping(to, PINGS);
        progress.done(
                "%d of %d answered%s"
                        .formatted(
                                result.answers(),
                                result.requests(),
                                result.averageMillis().isPresent()
                                        ? String.format(
                                                Locale.ROOT,
                                                ", %.2f ms",
                                                result.averageMillis().getAsDouble())
                                        : ""));
    }

    private void measureTcp(Topology topology) {
        Probes.tcpServer(topology.vpc());
        for (Probes.Direction direction : Probes.Direction.values()) {
            progress.step(
                    switch (direction) {
                        case UP -> "TCP from the site to the VPC";
                        case DOWN -> "TCP from the VPC to the site";
                    });
            double megabits =
                    Probes.tcpMegabitsPerSecond(
                            topology.lan(), Topology.VPC_HOST, 1, TCP_SECONDS, direction);
            progress.done(String.format(Locale.ROOT, "%.0f Mbit/s, one stream", megabits));
        }
    }

    /** The endpoint of the active tunnel vanishes without a word. */
    private void failOver(Topology topology, CulvertProcess gateway) {
        progress.step("endpoint aws1 dies silently while UDP goes out every 10 ms");
        Probes.echoServer(topology.vpc());
        Probes.EchoRun echo = Probes.echo(topology.lan(), Topology.VPC_HOST, FAILOVER_LIMIT);
        echo.awaitFirstAnswer();
        pause(BEFORE_THE_FAILURE);
        topology.fail(Endpoint.AWS1);
        topology.routeVpcVia(Endpoint.AWS2);
        long deadlineNanos = System.nanoTime() + FAILOVER_LIMIT.toNanos();
        while (active(gateway).equals("aws-1") && System.nanoTime() - deadlineNanos < 0) {
            pause(POLL_INTERVAL);
        }
        pause(AFTER_THE_FAILOVER);
        EchoReport report = echo.stop().report();
        progress.done(
                String.format(
                        Locale.ROOT,
                        "%.2f s without traffic, now via %s",
                        report.longestSilenceMillis() / 1000,
                        active(gateway)));
    }

    private static String active(CulvertProcess gateway) {
        return gateway.status().text("routes", "active").orElse("no tunnel");
    }

    private void stopEverything() {
        for (AutoCloseable part : running.reversed()) {
            try {
                part.close();
            } catch (Exception e) {
                out.println("could not stop " + part + ": " + e.getMessage());
            }
        }
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
