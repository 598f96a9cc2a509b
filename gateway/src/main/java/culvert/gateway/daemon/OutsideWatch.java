package culvert.gateway.daemon;

import culvert.gateway.routing.OutsideLinks;
import culvert.ike.IkeEndpoint;
import culvert.ike.IkeInput;
import culvert.ike.TunnelState;
import culvert.tunio.LinkWatch;
import culvert.tunio.Rtnetlink;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the interfaces that lead to the peers when the kernel says that one changed. Belongs to
 * the control loop.
 */
final class OutsideWatch implements AutoCloseable {
    /** Between looks while it is not known that all ways are there. */
    private static final long UNSURE_SECONDS = 1;

    private final EventLoop loop;
    private final Map<String, Tunnel> tunnels;
    private final IkeEndpoint endpoint;
    private final Consumer<IkeInput> ike;
    private final Runnable onChange;
    private final OutsideLinks outside;
    private final AtomicBoolean lookIsDue = new AtomicBoolean();
    private @Nullable LinkWatch watch;

    /**
     * @param ike takes inputs for the endpoint
     * @param onChange runs when a peer is cut off, or no more
     */
    OutsideWatch(
            EventLoop loop,
            Rtnetlink netlink,
            Map<String, Tunnel> tunnels,
            IkeEndpoint endpoint,
            Consumer<IkeInput> ike,
            Runnable onChange) {
        this.loop = loop;
        this.tunnels = tunnels;
        this.endpoint = endpoint;
        this.ike = ike;
        this.onChange = onChange;
        this.outside =
                new OutsideLinks(
                        netlink.links()::list,
                        peer -> local(peer).flatMap(from -> netlink.routes().lookup(peer, from)));
    }

    /** Policy rules may go by the address that packets to the peer come from. */
    private Optional<InetAddress> local(InetAddress peer) {
        return tunnels.values().stream()
                .filter(tunnel -> peer(tunnel.name()).equals(Optional.of(peer)))
                .map(tunnel -> tunnel.config().ike().localAddress())
                .findFirst();
    }

    /** Begins on the loop. */
    void start() {
        watch = LinkWatch.start(this::lookSoon);
        look();
        loop.scheduleWithFixedDelay(
                this::lookIfUnsure, UNSURE_SECONDS, UNSURE_SECONDS, TimeUnit.SECONDS);
    }

    /** From the watch's thread: one look is due at most, however fast an interface flaps. */
    private void lookSoon() {
        if (!loop.isShuttingDown() && lookIsDue.compareAndSet(false, true)) {
            loop.execute(
                    () -> {
                        lookIsDue.set(false);
                        look();
                    });
        }
    }

    private void lookIfUnsure() {
        if (outside.isUnsure()) {
            look();
        }
    }

    /** Looks at once. */
    void look() {
        Set<InetAddress> peers = new HashSet<>();
        Set<Integer> ours = new HashSet<>();
        for (Tunnel tunnel : tunnels.values()) {
            peer(tunnel.name()).ifPresent(peers::add);
            ours.add(tunnel.interfaceIndex());
        }
        Set<InetAddress> changed = outside.look(peers, ours);
        if (!changed.isEmpty()) {
            onChange.run();
            changed.stream().filter(peer -> outside.trouble(peer).isEmpty()).forEach(this::retry);
        }
    }

    /** What failed for want of a way may be in a back-off of a minute by now. */
    private void retry(InetAddress peer) {
        for (String tunnel : List.copyOf(tunnels.keySet())) {
            if (peer(tunnel).equals(Optional.of(peer))
                    && endpoint.status(tunnel, System.nanoTime()).state()
                            == TunnelState.CONNECTING) {
                ike.accept(new IkeInput.TunnelUp(tunnel));
            }
        }
    }

    /** Why packets cannot leave for the tunnel's peer; empty when they can. */
    Optional<String> trouble(String tunnel) {
        return tunnels.containsKey(tunnel)
                ? peer(tunnel).flatMap(outside::trouble)
                : Optional.empty();
    }

    private Optional<InetAddress> peer(String tunnel) {
        return endpoint.peerAddress(tunnel);
    }

    @Override
    public void close() {
        LinkWatch open = watch;
        if (open != null) {
            open.close();
        }
    }
}
