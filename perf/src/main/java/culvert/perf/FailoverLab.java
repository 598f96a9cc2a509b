package culvert.perf;

import culvert.lab.Bird;
import culvert.lab.BirdSpec;
import culvert.lab.ControlSocket;
import culvert.lab.CulvertProcess;
import culvert.lab.CulvertStatus;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * A site with two tunnels to AWS: strongSwan and BIRD at both endpoints, a BIRD router behind them
 * that the VPC's host follows, Culvert at the site. A host of the LAN talks with one of the VPC,
 * and the longest silence is how long a failover took in both directions.
 */
final class FailoverLab implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration ECHO_INTERVAL = Duration.ofMillis(20);
    private static final int ECHO_BYTES = 64;

    private final Topology topology = Topology.open();
    private final Map<Endpoint, StrongSwanEndpoint> tunnels = new EnumMap<>(Endpoint.class);
    private final Map<Endpoint, Bird> birds = new EnumMap<>(Endpoint.class);
    private final Bird vpc;
    private final CulvertProcess gateway;
    private final ControlSocket control;
    private final int prefixes;

    FailoverLab(Launcher launcher, int prefixes) {
        this.prefixes = prefixes;
        try {
            for (Endpoint endpoint : Endpoint.values()) {
                tunnels.put(
                        endpoint,
                        StrongSwanEndpoint.start(
                                topology,
                                topology.endpoint(endpoint),
                                StrongSwanSpec.aws(endpoint).withoutRoutes()));
                Bird bird =
                        Bird.start(
                                topology,
                                topology.endpoint(endpoint),
                                BirdSpec.aws(endpoint, Topology.VPC_PREFIX)
                                        .withVpcRouter(endpoint)
                                        .withBulk(prefixes));
                if (prefixes > 0) {
                    bird.offerBulk();
                }
                birds.put(endpoint, bird);
            }
            vpc = Bird.start(topology, topology.vpc(), BirdSpec.vpc());
            Probes.echoServer(topology.vpc());
            gateway =
                    CulvertProcess.start(
                            topology,
                            topology.gateway(),
                            GatewaySpec.customer(Endpoint.values())
                                    .withBgp(
                                            BirdSpec.CUSTOMER_ASN,
                                            BirdSpec.AWS_ASN,
                                            Topology.LAN_PREFIX)
                                    .withConnection(
                                            "max-prefixes", Integer.toString(2 * prefixes + 100)),
                            launcher);
            control = new ControlSocket(gateway.controlSocket());
            gateway.awaitUp(LIMIT);
            settle();
        } catch (RuntimeException e) {
            topology.close();
            throw e;
        }
    }

    /** Returns when both peers have told everything and packets get through. */
    void settle() {
        try (var _ = bird(Endpoint.AWS1).keepAwake();
                var _ = bird(Endpoint.AWS2).keepAwake()) {
            KernelRoutes kernel = new KernelRoutes(gateway.process().pid());
            kernel.await("routes of the gateway", count -> count > prefixes, LIMIT);
            await(
                    "both peers to tell all",
                    () -> {
                        CulvertStatus status = gateway.status();
                        return isComplete(status, Endpoint.AWS1)
                                && isComplete(status, Endpoint.AWS2);
                    });
        }
        awaitTraffic();
    }

    /** Returns when packets get through both ways. */
    void awaitTraffic() {
        await("an answer", () -> topology.lan().reaches(Topology.VPC_HOST, 1));
    }

    /** The VPC sends to the site through the other endpoint. */
    void leadVpcAwayFrom(Endpoint endpoint) {
        vpc.birdc("disable " + endpoint.role());
        awaitTraffic();
    }

    /** Ends {@link #leadVpcAwayFrom}. */
    void leadVpcAnyWay() {
        for (Endpoint endpoint : Endpoint.values()) {
            vpc.birdc("enable " + endpoint.role());
        }
    }

    private boolean isComplete(CulvertStatus status, Endpoint endpoint) {
        return status.isUp(endpoint.tunnelName())
                && status.number("tunnels", endpoint.tunnelName(), "bgp", "accepted")
                        == prefixes + 1;
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNanos) {
                throw new PerfException("waited in vain for " + what);
            }
            pause(Duration.ofMillis(200));
        }
    }

    /** The endpoint that the gateway sends to now. */
    Endpoint active() {
        String active = gateway.status().text("routes", "active").orElse("");
        for (Endpoint endpoint : Endpoint.values()) {
            if (endpoint.tunnelName().equals(active)) {
                return endpoint;
            }
        }
        throw new PerfException("no active tunnel");
    }

    /** What a ping every 20 ms saw while something happened. */
    EchoReport during(Duration duration, Runnable event) {
        Probes.EchoRun echo =
                Probes.echo(topology.lan(), Topology.VPC_HOST, ECHO_INTERVAL, duration, ECHO_BYTES)
                        .awaitFirstAnswer();
        pause(Duration.ofMillis(500));
        event.run();
        return echo.report();
    }

    Topology topology() {
        return topology;
    }

    Bird bird(Endpoint endpoint) {
        return Objects.requireNonNull(birds.get(endpoint));
    }

    StrongSwanEndpoint tunnel(Endpoint endpoint) {
        return Objects.requireNonNull(tunnels.get(endpoint));
    }

    ControlSocket control() {
        return control;
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PerfException("interrupted");
        }
    }

    @Override
    public void close() {
        vpc.close();
        topology.close();
    }
}
