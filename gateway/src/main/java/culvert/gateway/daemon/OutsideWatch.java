package culvert.gateway.daemon;

import culvert.gateway.routing.OutsideLinks;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the interfaces that lead to the peers when the kernel says that one changed. Belongs to
 * the control loop.
 */
final class OutsideWatch implements AutoCloseable {
    /** Between looks while it is not known that all ways are there. */
    private static final long UNSURE_SECONDS = 1;

    private final EventLoop loop;
    private final Supplier<List<InetAddress>> peers;
    private final Map<String, Tunnel> tunnels;
    private final Runnable onChange;
    private final OutsideLinks outside;
    private @Nullable LinkWatch watch;

    /**
     * @param peers their outside addresses
     * @param onChange runs when a peer is cut off, or no more
     */
    OutsideWatch(
            EventLoop loop,
            Rtnetlink netlink,
            Supplier<List<InetAddress>> peers,
            Map<String, Tunnel> tunnels,
            Runnable onChange) {
        this.loop = loop;
        this.peers = peers;
        this.tunnels = tunnels;
        this.onChange = onChange;
        this.outside = new OutsideLinks(netlink.links()::list, netlink.routes()::lookup);
    }

    /** Begins on the loop. */
    void start() {
        watch = LinkWatch.start(this::lookOnLoop);
        look();
        loop.scheduleWithFixedDelay(
                this::lookIfUnsure, UNSURE_SECONDS, UNSURE_SECONDS, TimeUnit.SECONDS);
    }

    private void lookOnLoop() {
        if (!loop.isShuttingDown()) {
            loop.execute(this::look);
        }
    }

    private void lookIfUnsure() {
        if (outside.isUnsure()) {
            look();
        }
    }

    /** Looks at once. */
    void look() {
        Set<Integer> ours = new HashSet<>();
        tunnels.values().forEach(tunnel -> ours.add(tunnel.interfaceIndex()));
        if (outside.look(Set.copyOf(peers.get()), ours)) {
            onChange.run();
        }
    }

    /** Why packets cannot leave for the peer; empty when they can. */
    Optional<String> trouble(InetAddress peer) {
        return outside.trouble(peer);
    }

    @Override
    public void close() {
        LinkWatch open = watch;
        if (open != null) {
            open.close();
        }
    }
}
