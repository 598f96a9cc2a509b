package culvert.gateway.routing;

import culvert.gateway.log.LogKey;
import culvert.model.IpPrefix;
import culvert.tunio.RouteTable;
import culvert.tunio.RouteTarget;
import culvert.tunio.TunIoException;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Host routes to the peers' outside addresses, while a default route of ours stands: without them
 * the tunnels' own packets would take it, into the tunnels. They lead where packets to the peer
 * would go if we had no routes at all, and follow when that changes.
 */
public final class Pins {
    private static final Logger log = LoggerFactory.getLogger(Pins.class);

    private static final IpPrefix DEFAULT_IPV4 = IpPrefix.parse("0.0.0.0/0");
    private static final IpPrefix DEFAULT_IPV6 = IpPrefix.parse("::/0");

    private Set<InetAddress> peers;
    private final RouteTable kernel;
    private final RoutingTable table;
    private final int metric;
    private final Set<IpPrefix> pinned = new HashSet<>();
    private final Set<InetAddress> unreachable = new HashSet<>();

    public Pins(Set<InetAddress> peers, RouteTable kernel, RoutingTable table, int metric) {
        this.peers = Set.copyOf(peers);
        this.kernel = kernel;
        this.table = table;
        this.metric = metric;
    }

    /** Other peers than before; their pins come with the next update. */
    public void configure(Set<InetAddress> changed) {
        for (InetAddress gone : peers) {
            IpPrefix host = host(gone);
            if (!changed.contains(gone) && pinned.remove(host)) {
                table.apply(List.of(new TableChange.Remove(host, metric)));
            }
        }
        unreachable.retainAll(changed);
        peers = Set.copyOf(changed);
    }

    private static IpPrefix host(InetAddress peer) {
        return new IpPrefix(peer, peer.getAddress().length * Byte.SIZE);
    }

    /**
     * Sets what is needed; comes before the default routes that need it, and now and then.
     *
     * @param isOurs whether a route to this prefix is to lead into a tunnel
     */
    public void update(Predicate<IpPrefix> isOurs) {
        boolean ipv4Default = isOurs.test(DEFAULT_IPV4);
        boolean ipv6Default = isOurs.test(DEFAULT_IPV6);
        for (InetAddress peer : peers) {
            IpPrefix host = host(peer);
            if (host.isIpv4() ? ipv4Default : ipv6Default) {
                pin(peer, host);
            } else if (pinned.remove(host)) {
                table.apply(List.of(new TableChange.Remove(host, metric)));
            }
        }
    }

    private void pin(InetAddress peer, IpPrefix host) {
        Optional<RouteTarget> way = underlay(peer);
        if (way.isPresent()) {
            unreachable.remove(peer);
            if (pinned.add(host)) {
                log.atInfo()
                        .addKeyValue(LogKey.EVENT, "peer-pinned")
                        .log("{} keeps its way beside the default route", peer.getHostAddress());
            }
            table.apply(List.of(new TableChange.Pin(host, metric, way.get())));
        } else if (unreachable.add(peer)) {
            log.atWarn()
                    .addKeyValue(LogKey.EVENT, "peer-unpinned")
                    .log(
                            "no route leads to {} beside the default route of its own tunnel",
                            peer.getHostAddress());
        }
    }

    private Optional<RouteTarget> underlay(InetAddress peer) {
        try {
            return kernel.underlay(peer)
                    .filter(
                            target ->
                                    target instanceof RouteTarget.Interface
                                            || target instanceof RouteTarget.Gateway);
        } catch (TunIoException e) {
            log.warn("{}", e.getMessage());
            return Optional.empty();
        }
    }
}
