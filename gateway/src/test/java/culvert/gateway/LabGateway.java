package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.Topology;
import culvert.lab.TunnelSpec;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What the integration tests of the gateway share: short liveness times, waiting, asserting. */
final class LabGateway {
    static final Duration LIMIT = Duration.ofSeconds(30);

    private LabGateway() {}

    /**
     * The customer gateway with quick liveness checks, so that a death is noticed in a test's time.
     */
    static GatewaySpec customer(Endpoint... endpoints) {
        return GatewaySpec.customer(endpoints)
                .withEachTunnel(tunnel -> tunnel.withLiveness("1s", "4s", "250ms"));
    }

    /** Of two tunnels the first carries both directions while it can. */
    static TunnelSpec preferringTheFirst(TunnelSpec tunnel) {
        return tunnel.name().equals(Endpoint.AWS1.tunnelName())
                ? tunnel.with("bgp", "{local-pref: 200, med: 50}")
                : tunnel.with("bgp", "{local-pref: 100, med: 60}");
    }

    /** Returns when the daemon answers, or has ended because it cannot start. */
    static CulvertProcess start(Topology topology, GatewaySpec spec) {
        CulvertProcess gateway =
                CulvertProcess.start(topology, topology.gateway(), spec, Launcher.ofSystem());
        awaitAnswer(gateway);
        return gateway;
    }

    static void awaitAnswer(CulvertProcess gateway) {
        await(
                "the daemon answers",
                gateway::log,
                () -> !gateway.process().isAlive() || gateway.answers());
    }

    /** Waits for a condition; on failure says what was seen last. */
    static void await(String what, Supplier<String> seen, BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadlineNanos < 0, () -> what + "; seen: " + seen.get());
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting: " + what, e);
            }
        }
    }

    static void awaitTunnel(CulvertProcess gateway, String tunnel, String state) {
        await(
                "tunnel " + tunnel + " becomes " + state,
                () -> gateway.cli("status").stdout() + gateway.log(),
                () -> gateway.status().tunnelState(tunnel).equals(state));
    }

    static void awaitReason(CulvertProcess gateway, String tunnel, String words) {
        await(
                "the reason of tunnel " + tunnel + " says '" + words + "'",
                () -> gateway.cli("status").stdout() + gateway.log(),
                () ->
                        gateway.status()
                                .text("tunnels", tunnel, "reason")
                                .filter(reason -> reason.contains(words))
                                .isPresent());
    }

    /** The customer gateway has the route, and it leads out of the device. */
    static void assertRouted(Topology topology, String prefix, String device) {
        String routes = topology.gateway().exec("ip route show " + prefix);
        assertTrue(routes.contains(" dev " + device + " "), () -> prefix + ": " + routes);
    }

    /** No tunnel carries the prefix, and packets for it go nowhere. */
    static void assertGuarded(Topology topology, String prefix) {
        String routes = topology.gateway().exec("ip route show " + prefix);
        assertTrue(
                routes.startsWith("blackhole") && routes.lines().count() == 1,
                () -> prefix + ": " + routes);
    }

    /**
     * LAN to VPC and back: every request answered. Tried again for a while, because a machine that
     * runs everything on two cores may starve either end for a moment.
     */
    static void assertPings(Topology topology) {
        await("LAN to VPC", () -> "", () -> topology.lan().ping(Topology.VPC_HOST, 5).complete());
        await("VPC to LAN", () -> "", () -> topology.vpc().ping(Topology.LAN_HOST, 5).complete());
    }

    static void assertOrderlyEnd(CulvertProcess gateway) {
        CulvertProcess.Stopped stopped = gateway.stop();
        assertEquals(0, stopped.exitCode(), gateway::log);
        assertTrue(
                stopped.took().compareTo(Duration.ofSeconds(5)) < 0,
                () -> "took " + stopped.took());
    }
}
