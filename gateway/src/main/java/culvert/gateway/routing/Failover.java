package culvert.gateway.routing;

import culvert.ike.IkeTunnelStatus;
import culvert.ike.TunnelState;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which tunnels carry packets, from IKE's state, the probes and BGP's sessions, and says when
 * that changes. Every method runs on the control loop.
 */
public final class Failover implements AutoCloseable {
    /** What it asks and tells. */
    public interface World {
        IkeTunnelStatus ike(String tunnel);

        /** Routes go another way now, if {@link Failover#choose} says so. Comes first. */
        void steer();

        /** Packets get through the tunnel. */
        void alive(String tunnel);

        /**
         * Packets do not get through any more.
         *
         * @param suspected by the probe; IKE does not know of it yet
         */
        void dead(String tunnel, String reason, boolean suspected);

        boolean hasBgpSession(String tunnel);
    }

    private static final Logger log = LoggerFactory.getLogger(Failover.class);

    private record Watch(WatchedTunnel tunnel, TunnelHealth health, Optional<TunnelProbe> probe) {}

    private final EventLoop loop;
    private final World world;
    private final Map<String, Watch> watches = new LinkedHashMap<>();

    public Failover(EventLoop loop, List<WatchedTunnel> tunnels, World world) {
        this.loop = loop;
        this.world = world;
        watch(tunnels);
    }

    /** Watches these from now on, and no others. What is known of those that stay is kept. */
    public void watch(List<WatchedTunnel> tunnels) {
        Map<String, Watch> before = new HashMap<>(watches);
        watches.clear();
        for (WatchedTunnel tunnel : tunnels) {
            Watch known = before.get(tunnel.name());
            if (known != null && known.tunnel().isProbedAs(tunnel)) {
                before.remove(tunnel.name());
                watches.put(tunnel.name(), new Watch(tunnel, known.health(), known.probe()));
            } else {
                TunnelHealth health = known == null ? new TunnelHealth() : known.health();
                watches.put(
                        tunnel.name(),
                        new Watch(
                                tunnel,
                                health,
                                tunnel.probeInterval().map(interval -> probe(tunnel, interval))));
            }
        }
        before.values().forEach(gone -> gone.probe().ifPresent(TunnelProbe::close));
    }

    /** Whether packets get through the tunnel. */
    public boolean isAlive(String tunnel) {
        return watch(tunnel).health().isAlive();
    }

    private TunnelProbe probe(WatchedTunnel tunnel, Duration interval) {
        return new TunnelProbe(
                loop, tunnel, interval, () -> sa(world.ike(tunnel.name())), this::refresh);
    }

    /** Looks at everything anew; to be called when IKE or BGP changed. */
    public void refresh() {
        long nowNanos = System.nanoTime();
        List<Watch> revived = new ArrayList<>();
        List<Watch> died = new ArrayList<>();
        for (Watch watch : watches.values()) {
            IkeTunnelStatus ike = world.ike(watch.tunnel().name());
            watch.probe().ifPresent(TunnelProbe::start);
            if (watch.health().update(trouble(watch, ike), nowNanos)) {
                (watch.health().isAlive() ? revived : died).add(watch);
            }
        }
        world.steer();
        for (Watch watch : died) {
            boolean suspected = world.ike(watch.tunnel().name()).state() == TunnelState.UP;
            if (suspected) {
                log.warn("tunnel {}: {}", watch.tunnel().name(), watch.health().reason());
            }
            world.dead(watch.tunnel().name(), watch.health().reason(), suspected);
        }
        for (Watch watch : revived) {
            world.alive(watch.tunnel().name());
            if (watch.health().isHeldDown(nowNanos)) {
                loop.schedule(
                        this::refresh,
                        watch.health().heldUntilNanos() - nowNanos,
                        TimeUnit.NANOSECONDS);
            }
        }
    }

    private static String sa(IkeTunnelStatus ike) {
        return ike.state() == TunnelState.UP
                ? ike.child().map(sa -> sa.spiIn() + "/" + sa.spiOut()).orElse("")
                : "";
    }

    private static String trouble(Watch watch, IkeTunnelStatus ike) {
        if (ike.state() != TunnelState.UP) {
            return ike.reason().orElse("no SA");
        }
        boolean dead = watch.probe().filter(p -> p.verdict() == EchoTally.Verdict.DEAD).isPresent();
        return dead
                ? "%s does not answer echo requests through the tunnel any more"
                        .formatted(watch.tunnel().peer().getHostAddress())
                : "";
    }

    /** Whether traffic can go through the tunnel. */
    public boolean carries(String tunnel) {
        Watch watch = watch(tunnel);
        return watch.health().isAlive()
                && (!watch.tunnel().speaksBgp() || world.hasBgpSession(tunnel));
    }

    /** Why packets do not get through the tunnel, though IKE believes that they do. */
    public Optional<String> suspicion(String tunnel) {
        Watch watch = watch(tunnel);
        return watch.health().isAlive() || world.ike(tunnel).state() != TunnelState.UP
                ? Optional.empty()
                : Optional.of(watch.health().reason());
    }

    /**
     * The tunnel that traffic should take; empty when none carries any.
     *
     * @param candidates the most wanted first
     */
    public Optional<String> choose(List<String> candidates) {
        long nowNanos = System.nanoTime();
        Predicate<String> heldDown = t -> watch(t).health().isHeldDown(nowNanos);
        return candidates.stream()
                .filter(this::carries)
                .filter(heldDown.negate())
                .findFirst()
                .or(() -> candidates.stream().filter(this::carries).findFirst());
    }

    private Watch watch(String tunnel) {
        return Objects.requireNonNull(watches.get(tunnel), tunnel);
    }

    @Override
    public void close() {
        watches.values().forEach(w -> w.probe().ifPresent(TunnelProbe::close));
    }
}
