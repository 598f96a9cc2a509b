package culvert.gateway.routing;

import culvert.gateway.log.LogKey;
import culvert.ike.IkeTunnelStatus;
import culvert.ike.TunnelState;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

        /** Why packets cannot even leave for the peer; empty when they can. */
        Optional<String> outsideTrouble(String tunnel);

        /** Routes go another way now, if {@link Failover#standing} says so. Comes first. */
        void steer();

        /** Packets get through the tunnel. */
        void alive(String tunnel);

        /**
         * Packets do not get through any more.
         *
         * @param suspected by the probe; IKE does not know of it yet
         */
        void dead(String tunnel, String reason, boolean suspected);

        /**
         * Nothing comes on the SA, unlike on one before. Routes stay: the peer may be another one
         * now, which answers nobody.
         */
        void mute(String tunnel);

        boolean hasBgpSession(String tunnel);

        /** Whether the peer has announced all that it has, so far as it speaks BGP. */
        boolean isComplete(String tunnel);
    }

    private static final Logger log = LoggerFactory.getLogger(Failover.class);

    private record Watch(WatchedTunnel tunnel, TunnelHealth health, Optional<TunnelProbe> probe) {}

    private final EventLoop loop;
    private final World world;
    private final Duration holdDown;
    private final Map<String, Watch> watches = new LinkedHashMap<>();
    private final Set<String> leaving = new HashSet<>();
    private final Set<String> suspected = new HashSet<>();

    /**
     * @param holdDown how long a tunnel that returned is the last resort
     */
    public Failover(EventLoop loop, List<WatchedTunnel> tunnels, Duration holdDown, World world) {
        this.loop = loop;
        this.world = world;
        this.holdDown = holdDown;
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
                TunnelHealth health = known == null ? new TunnelHealth(holdDown) : known.health();
                watches.put(
                        tunnel.name(),
                        new Watch(
                                tunnel,
                                health,
                                tunnel.probeInterval().map(interval -> probe(tunnel, interval))));
            }
        }
        before.values().forEach(gone -> gone.probe().ifPresent(TunnelProbe::close));
        leaving.retainAll(watches.keySet());
        suspected.retainAll(watches.keySet());
    }

    private TunnelProbe probe(WatchedTunnel tunnel, Duration interval) {
        return new TunnelProbe(
                loop,
                tunnel,
                interval,
                () -> sa(world.ike(tunnel.name())),
                this::refresh,
                () -> world.mute(tunnel.name()));
    }

    /** Looks at everything anew; to be called when IKE or BGP changed. */
    public void refresh() {
        long nowNanos = System.nanoTime();
        List<Watch> revived = new ArrayList<>();
        List<Watch> died = new ArrayList<>();
        for (Watch watch : watches.values()) {
            IkeTunnelStatus ike = world.ike(watch.tunnel().name());
            watch.probe().ifPresent(TunnelProbe::start);
            boolean confirmed =
                    ike.state() != TunnelState.UP && suspected.remove(watch.tunnel().name());
            if (watch.health().update(trouble(watch, ike), nowNanos)) {
                (watch.health().isAlive() ? revived : died).add(watch);
            } else if (confirmed) {
                died.add(watch);
            }
        }
        world.steer();
        for (Watch watch : died) {
            String name = watch.tunnel().name();
            boolean suspicion = world.ike(name).state() == TunnelState.UP;
            if (suspicion) {
                suspected.add(name);
                log.atWarn()
                        .addKeyValue(LogKey.TUNNEL, watch.tunnel().name())
                        .addKeyValue(LogKey.EVENT, "path-suspected")
                        .addKeyValue(LogKey.REASON, watch.health().reason())
                        .log("the path is suspect");
            }
            world.dead(name, watch.health().reason(), suspicion);
        }
        for (Watch watch : revived) {
            suspected.remove(watch.tunnel().name());
            world.alive(watch.tunnel().name());
            if (watch.health().isHeldDown(nowNanos)) {
                log.atInfo()
                        .addKeyValue(LogKey.TUNNEL, watch.tunnel().name())
                        .addKeyValue(LogKey.EVENT, "hold-down")
                        .log("is back, and waits while another tunnel carries");
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

    private String trouble(Watch watch, IkeTunnelStatus ike) {
        Optional<String> outside = world.outsideTrouble(watch.tunnel().name());
        if (outside.isPresent()) {
            return outside.get();
        }
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

    /** Whether packets get through the tunnel. */
    public boolean isAlive(String tunnel) {
        return watch(tunnel).health().isAlive();
    }

    /** Why packets do not get through the tunnel, though IKE believes that they do. */
    public Optional<String> suspicion(String tunnel) {
        Watch watch = watch(tunnel);
        return watch.health().isAlive() || world.ike(tunnel).state() != TunnelState.UP
                ? Optional.empty()
                : Optional.of(watch.health().reason());
    }

    /** Why another CHILD SA may help: IKE believes in this one, and nothing comes on it. */
    public Optional<String> silence(String tunnel) {
        Watch watch = watch(tunnel);
        if (world.ike(tunnel).state() != TunnelState.UP
                || world.outsideTrouble(tunnel).isPresent()) {
            return Optional.empty();
        }
        return suspicion(tunnel)
                .or(
                        () ->
                                watch.probe()
                                        .filter(TunnelProbe::isMute)
                                        .map(probe -> "nothing comes on the CHILD SA"));
    }

    /** Why packets do not get through the tunnel, where IKE does not know it or not why. */
    public Optional<Outage> outage(String tunnel) {
        return world.outsideTrouble(tunnel)
                .map(text -> new Outage(Outage.Cause.OUTSIDE_INTERFACE, text))
                .or(() -> suspicion(tunnel).map(text -> new Outage(Outage.Cause.PATH, text)));
    }

    public Standing standing(String tunnel) {
        // Routes may still name a tunnel that is configured no more.
        if (!watches.containsKey(tunnel) || !carries(tunnel)) {
            return Standing.DOWN;
        }
        boolean complete = !watch(tunnel).tunnel().speaksBgp() || world.isComplete(tunnel);
        return complete
                        && !leaving.contains(tunnel)
                        && !watch(tunnel).health().isHeldDown(System.nanoTime())
                ? Standing.GOOD
                : Standing.LAST_RESORT;
    }

    /** Says that a tunnel is about to be taken down, or is not any more. */
    public void setLeaving(String tunnel, boolean isLeaving) {
        if (isLeaving ? leaving.add(tunnel) : leaving.remove(tunnel)) {
            refresh();
        }
    }

    public boolean isLeaving(String tunnel) {
        return leaving.contains(tunnel);
    }

    private Watch watch(String tunnel) {
        return Objects.requireNonNull(watches.get(tunnel), tunnel);
    }

    @Override
    public void close() {
        watches.values().forEach(w -> w.probe().ifPresent(TunnelProbe::close));
    }
}
