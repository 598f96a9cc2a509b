package culvert.gateway.daemon;

import culvert.bgp.message.Cease;
import culvert.config.ConfigDiff;
import culvert.config.GatewayConfig;
import culvert.config.TunnelConfig;
import culvert.ike.IkeEndpoint;
import culvert.ike.IkeInput;
import culvert.ike.TunnelState;
import culvert.tunio.TunIoException;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

/**
 * Leads the running gateway from one configuration to another and touches only what differs.
 *
 * <p>What can fail comes first and is undone: the metrics' listener and new devices. Then the
 * tunnels that end say goodbye, which takes time, so this runs on a thread of its own. The change
 * itself is one task of the control loop: nobody sees half of it.
 */
final class ConfigSwitch {
    /** What the switch needs of the daemon, on the control loop. */
    interface Daemon {
        /** The tunnels' states may be inconsistent until {@link #after}. */
        void before();

        void after(GatewayConfig config);
    }

    private final EventLoop loop;
    private final TunnelSet tunnels;
    private final IkeEndpoint endpoint;
    private final IkeDriver driver;
    private final TrafficRouting routing;
    private final MetricsEndpoint metrics;
    private final Departure departure;
    private final Daemon daemon;

    ConfigSwitch(
            EventLoop loop,
            TunnelSet tunnels,
            IkeEndpoint endpoint,
            IkeDriver driver,
            TrafficRouting routing,
            MetricsEndpoint metrics,
            Departure departure,
            Daemon daemon) {
        this.loop = loop;
        this.tunnels = tunnels;
        this.endpoint = endpoint;
        this.driver = driver;
        this.routing = routing;
        this.metrics = metrics;
        this.departure = departure;
        this.daemon = daemon;
    }

    /**
     * Returns when the new configuration runs.
     *
     * @throws IOException with a sentence for people when it cannot run; then the old one does
     */
    void make(LoadedConfig before, LoadedConfig after, ConfigDiff diff)
            throws IOException, InterruptedException {
        ReloadPlan plan = ReloadPlan.of(before.config(), after.config(), diff);
        metrics.moveTo(after.config().metrics());
        Map<String, Tunnel> fresh = new LinkedHashMap<>();
        try {
            for (String name : plan.opened()) {
                if (!plan.late().contains(name)) {
                    fresh.put(name, tunnels.open(config(after, name)));
                }
            }
        } catch (TunIoException e) {
            fresh.values().forEach(Tunnel::close);
            metrics.moveTo(before.config().metrics());
            throw new IOException(e.getMessage(), e);
        }
        Set<String> wanted = onLoop(() -> wantedUp(plan.restarted()));
        departure.of(
                plan.leaving(),
                Cease.CONFIGURATION_CHANGE,
                "the configuration has changed",
                () -> plan.leaving().forEach(n -> driver.deliver(new IkeInput.TunnelDown(n))));
        onLoop(
                () -> {
                    commit(plan, after, fresh);
                    plan.added().forEach(this::bringUp);
                    wanted.forEach(this::bringUp);
                    plan.rekeyIkeSas().forEach(n -> driver.deliver(new IkeInput.RekeyIkeSa(n)));
                    plan.rekeyChildSas().forEach(n -> driver.deliver(new IkeInput.RekeyChildSa(n)));
                    return true;
                });
    }

    /** What the operator took down stays down. */
    private Set<String> wantedUp(Set<String> names) {
        Set<String> wanted = new LinkedHashSet<>(names);
        wanted.removeIf(
                n ->
                        routing.isLeaving(n)
                                || endpoint.status(n, System.nanoTime()).state()
                                        == TunnelState.DOWN);
        return wanted;
    }

    private void bringUp(String tunnel) {
        routing.closing().up(tunnel);
    }

    private void commit(ReloadPlan plan, LoadedConfig after, Map<String, Tunnel> fresh) {
        daemon.before();
        // IKE knows a tunnel before others find it, and forgets it after they do not any more.
        for (TunnelConfig tunnel : after.config().tunnels()) {
            driver.deliver(new IkeInput.TunnelConfigured(tunnel.ike()));
        }
        List<Tunnel> closing = new ArrayList<>();
        for (String name : plan.gone()) {
            tunnels.take(name).ifPresent(closing::add);
            driver.deliver(new IkeInput.TunnelRemoved(name));
        }
        for (String name : plan.reopened()) {
            tunnels.find(name).ifPresent(closing::add);
        }
        if (!plan.late().isEmpty()) {
            closing.forEach(this::close);
            closing.clear();
            plan.late().forEach(name -> fresh.put(name, tunnels.open(config(after, name))));
        }
        tunnels.arrange(after.config(), fresh);
        routing.configure(after);
        closing.forEach(this::close);
        fresh.values().forEach(Tunnel::start);
        daemon.after(after.config());
    }

    /** Its SAs are deleted, so that no route leads into it any more. */
    private void close(Tunnel tunnel) {
        routing.forget(tunnel.interfaceIndex());
        tunnel.close();
    }

    private static TunnelConfig config(LoadedConfig loaded, String name) {
        return loaded.config().tunnels().stream()
                .filter(tunnel -> tunnel.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private <T> T onLoop(Callable<T> task) throws InterruptedException {
        try {
            return loop.submit(task).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the change failed half way", e.getCause());
        }
    }
}
