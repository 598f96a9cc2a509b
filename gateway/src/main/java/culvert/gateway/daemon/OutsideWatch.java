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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the interfaces that lead to the peers when the kernel says that one changed. Belongs to
 * the control loop.
 */
final class OutsideWatch implements AutoCloseable {
    /** Between looks while it is not known that all ways are there. */
    private static final long UNSURE_SECONDS = 1;

    /**
     * Where a tunnel's packets go outside, and its own interface, which leads to no peer.
     *
     * @param local that they come from: policy rules may go by it
     * @param peer empty while its name has no address
     */
    record Ends(InetAddress local, Optional<InetAddress> peer, int interfaceIndex) {}

    private final EventLoop loop;
    private final Supplier<Map<String, Ends>> tunnels;
    private final Predicate<String> isConnecting;
    private final Consumer<String> tryNow;
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
        this(
                loop,
                netlink,
                () -> ends(tunnels, endpoint),
                name -> endpoint.status(name, System.nanoTime()).state() == TunnelState.CONNECTING,
                name -> ike.accept(new IkeInput.TunnelUp(name)),
                onChange);
    }

    /**
     * @param tunnels by their names, as they are at each look
     * @param isConnecting whether the tunnel's IKE SA is still to come
     * @param tryNow begins an attempt, whatever the back-off
     */
    OutsideWatch(
            EventLoop loop,
            Rtnetlink netlink,
            Supplier<Map<String, Ends>> tunnels,
            Predicate<String> isConnecting,
            Consumer<String> tryNow,
            Runnable onChange) {
        this.loop = loop;
        this.tunnels = tunnels;
        this.isConnecting = isConnecting;
        this.tryNow = tryNow;
        this.onChange = onChange;
        this.outside =
                new OutsideLinks(
                        netlink.links()::list,
                        peer -> local(peer).flatMap(from -> netlink.routes().lookup(peer, from)));
    }

    private static Map<String, Ends> ends(Map<String, Tunnel> tunnels, IkeEndpoint endpoint) {
        return tunnels.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                tunnel ->
                                        new Ends(
                                                tunnel.getValue().config().ike().localAddress(),
                                                endpoint.peerAddress(tunnel.getKey()),
                                                tunnel.getValue().interfaceIndex())));
    }

    private Optional<InetAddress> local(InetAddress peer) {
        return tunnels.get().values().stream()
                .filter(tunnel -> tunnel.peer().equals(Optional.of(peer)))
                .map(Ends::local)
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
        for (Ends tunnel : tunnels.get().values()) {
            tunnel.peer().ifPresent(peers::add);
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
        tunnels.get()
                .forEach(
                        (name, tunnel) -> {
                            if (tunnel.peer().equals(Optional.of(peer))
                                    && isConnecting.test(name)) {
                                tryNow.accept(name);
                            }
                        });
    }

    /** Why packets cannot leave for the tunnel's peer; empty when they can. */
    Optional<String> trouble(String tunnel) {
        return Optional.ofNullable(tunnels.get().get(tunnel))
                .flatMap(Ends::peer)
                .flatMap(outside::trouble);
    }

    @Override
    public void close() {
        LinkWatch open = watch;
        if (open != null) {
            open.close();
        }
    }
}
