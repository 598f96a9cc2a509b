package culvert.gateway.daemon;

import culvert.bgp.message.Cease;
import culvert.gateway.routing.Failover;
import culvert.ike.IkeInput;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Takes tunnels down in order: their packets take another tunnel first, ours at once and the peer's
 * when it has heard of worse metrics; then the BGP session ends, and then the SAs.
 */
final class TunnelClosing implements AutoCloseable {
    /** How long the peer may take to send by another tunnel. */
    private static final long DRAIN_MILLIS = 5000;

    /** The same when the process ends, or a reload waits, which must not take long. */
    private static final long DRAIN_ALL_MILLIS = 1500;

    private final EventLoop loop;
    private final Supplier<List<String>> tunnels;
    private final Failover failover;
    private final Supplier<Optional<TunnelPeers>> peers;
    private final ToLongFunction<String> packetsIn;
    private final Consumer<IkeInput> ike;
    private final Map<String, Drain> drains = new HashMap<>();

    /**
     * @param tunnels all that are configured now
     * @param packetsIn counts what comes in by a tunnel
     * @param ike takes inputs for the IKE endpoint
     */
    TunnelClosing(
            EventLoop loop,
            Supplier<List<String>> tunnels,
            Failover failover,
            Supplier<Optional<TunnelPeers>> peers,
            ToLongFunction<String> packetsIn,
            Consumer<IkeInput> ike) {
        this.loop = loop;
        this.tunnels = tunnels;
        this.failover = failover;
        this.peers = peers;
        this.packetsIn = packetsIn;
        this.ike = ike;
    }

    /**
     * The operator wants the tunnel down.
     *
     * @return whether it carries packets that must find another tunnel first
     */
    boolean down(String tunnel) {
        if (drains.containsKey(tunnel)) {
            return true;
        }
        boolean carries = failover.carries(tunnel);
        failover.setLeaving(tunnel, true);
        boolean another =
                tunnels.get().stream().anyMatch(t -> !t.equals(tunnel) && failover.carries(t));
        if (!carries || !another) {
            close(tunnel);
            return false;
        }
        drains.put(tunnel, drain(tunnel, DRAIN_MILLIS, () -> close(tunnel)));
        return true;
    }

    private Drain drain(String tunnel, long mostMillis, Runnable done) {
        return Drain.start(loop, tunnel, () -> packetsIn.applyAsLong(tunnel), mostMillis, done);
    }

    private void close(String tunnel) {
        drains.remove(tunnel);
        peersOf(tunnel)
                .ifPresent(
                        p ->
                                p.disable(
                                        tunnel,
                                        Cease.ADMINISTRATIVE_SHUTDOWN,
                                        "the operator takes the tunnel down"));
        // The NOTIFICATION goes first, through the tunnel.
        loop.schedule(
                () -> {
                    if (failover.isLeaving(tunnel)) {
                        ike.accept(new IkeInput.TunnelDown(tunnel));
                    }
                },
                Departure.GOODBYE_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** The operator wants the tunnel up, maybe before it was down. */
    void up(String tunnel) {
        forget(tunnel);
        failover.setLeaving(tunnel, false);
        if (failover.isAlive(tunnel)) {
            peersOf(tunnel).ifPresent(p -> p.enable(tunnel));
        }
        ike.accept(new IkeInput.TunnelUp(tunnel));
    }

    /**
     * These tunnels end: others or another gateway may take over, so the peers hear of worse
     * metrics first.
     *
     * @param done runs when they have had time to go by them
     */
    void drain(Set<String> ending, Runnable done) {
        Set<String> waitedFor = new HashSet<>();
        for (String tunnel : ending) {
            if (peersOf(tunnel).filter(p -> p.hasSession(tunnel)).isPresent()) {
                waitedFor.add(tunnel);
            }
        }
        if (waitedFor.isEmpty()) {
            done.run();
        }
        for (String tunnel : List.copyOf(waitedFor)) {
            failover.setLeaving(tunnel, true);
            Runnable drained =
                    () -> {
                        waitedFor.remove(tunnel);
                        if (waitedFor.isEmpty()) {
                            done.run();
                        }
                    };
            cancel(drains.put(tunnel, drain(tunnel, DRAIN_ALL_MILLIS, drained)));
        }
    }

    /** Waits for the tunnel no more. */
    void forget(String tunnel) {
        cancel(drains.remove(tunnel));
    }

    private static void cancel(@Nullable Drain drain) {
        if (drain != null) {
            drain.cancel();
        }
    }

    private Optional<TunnelPeers> peersOf(String tunnel) {
        return peers.get().filter(p -> p.tunnels().contains(tunnel));
    }

    @Override
    public void close() {
        drains.values().forEach(Drain::cancel);
    }
}
