package culvert.gateway.routing;

import culvert.bgp.rib.NextHop;
import culvert.bgp.rib.RouteChange;
import culvert.model.IpPrefix;
import culvert.tunio.RouteTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The routes that BGP chose, each in the bundle of the tunnels whose peers announced it.
 *
 * <p>A peer that withdraws a prefix means it: the route goes. A session that ends says nothing
 * about the networks behind it: without another route to them theirs stay, and their packets with
 * the tunnels or the guard; to forget the routes would send the packets along the default route in
 * the clear (invariant 6). They go when the tunnel's peer is back and has announced all that it
 * has.
 */
public final class BgpRoutes {
    private static final NeighborWays.Way NOT_OF_NEIGHBOR =
            new NeighborWays.Way(false, Optional.empty());

    private final int metric;
    private final Function<List<String>, String> bundleOf;
    private final Function<NextHop, NeighborWays.Way> wayOf;
    private final Set<IpPrefix> ofNeighbors = new HashSet<>();
    private final Map<IpPrefix, List<String>> tunnelsByPrefix = new HashMap<>();
    private final Set<IpPrefix> held = new LinkedHashSet<>();

    /**
     * @param metric of the routes in the kernel
     * @param bundleOf makes the bundle for these tunnels, if need be, and names it
     * @param wayOf whether a next hop is a neighbor's, and where it is
     */
    public BgpRoutes(
            int metric,
            Function<List<String>, String> bundleOf,
            Function<NextHop, NeighborWays.Way> wayOf) {
        this.metric = metric;
        this.wayOf = wayOf;
        this.bundleOf = bundleOf;
    }

    /**
     * What the speaker's decisions mean for the table.
     *
     * @param established peers that had a session when the speaker decided
     */
    public List<TableChange> changed(List<RouteChange> changes, Set<String> established) {
        List<TableChange> orders = new ArrayList<>(changes.size());
        for (RouteChange change : changes) {
            NeighborWays.Way way =
                    change.isWithdrawn()
                            ? NOT_OF_NEIGHBOR
                            : wayOf.apply(change.nextHops().getFirst());
            if (way.isNeighbors() != ofNeighbors.contains(change.prefix())
                    && tunnelsByPrefix.containsKey(change.prefix())) {
                orders.add(forget(change.prefix())); // from one kind of route to the other
            }
            if (way.isNeighbors()) {
                orderNeighbors(change, way.target(), orders);
            } else {
                order(change, established).ifPresent(orders::add);
            }
        }
        return orders;
    }

    private void orderNeighbors(
            RouteChange change, Optional<RouteTarget> target, List<TableChange> orders) {
        IpPrefix prefix = change.prefix();
        if (target.isPresent()) {
            ofNeighbors.add(prefix);
            tunnelsByPrefix.put(prefix, List.of(change.nextHops().getFirst().peer()));
            orders.add(new TableChange.Pin(prefix, metric, target.get()));
        } else if (tunnelsByPrefix.containsKey(prefix)) {
            orders.add(forget(prefix));
        }
    }

    private Optional<TableChange> order(RouteChange change, Set<String> established) {
        IpPrefix prefix = change.prefix();
        List<String> tunnels = tunnels(change);
        if (!tunnels.isEmpty()) {
            held.remove(prefix);
            tunnelsByPrefix.put(prefix, tunnels);
            return Optional.of(new TableChange.Install(prefix, metric, bundleOf.apply(tunnels)));
        }
        List<String> former = tunnelsByPrefix.get(prefix);
        if (former == null) {
            return Optional.empty(); // one of our own, which are never installed
        }
        if (change.isWithdrawn() && former.stream().noneMatch(established::contains)) {
            held.add(prefix);
            return Optional.empty();
        }
        return Optional.of(forget(prefix));
    }

    /** In a fixed order, so that the same tunnels are always the same bundle. */
    private static List<String> tunnels(RouteChange change) {
        List<NextHop> nextHops = change.nextHops();
        if (nextHops.size() == 1) {
            String peer = nextHops.getFirst().peer();
            return peer.isEmpty() ? List.of() : List.of(peer);
        }
        return nextHops.stream().map(NextHop::peer).filter(p -> !p.isEmpty()).sorted().toList();
    }

    /** The tunnel's peer has announced all that it has: what it does not repeat goes. */
    public List<TableChange> complete(String tunnel) {
        List<IpPrefix> gone =
                held.stream()
                        .filter(p -> tunnelsByPrefix.getOrDefault(p, List.of()).contains(tunnel))
                        .toList();
        return gone.stream().map(this::forget).toList();
    }

    /**
     * The tunnel is gone for good, and what only its peer announced with it; the rest stays with
     * the others that announced it.
     */
    public List<TableChange> removed(String tunnel) {
        List<TableChange> orders = new ArrayList<>();
        for (Map.Entry<IpPrefix, List<String>> route : List.copyOf(tunnelsByPrefix.entrySet())) {
            IpPrefix prefix = route.getKey();
            if (ofNeighbors.contains(prefix) || !route.getValue().contains(tunnel)) {
                continue;
            }
            List<String> left = route.getValue().stream().filter(t -> !t.equals(tunnel)).toList();
            if (left.isEmpty()) {
                orders.add(forget(prefix));
            } else {
                tunnelsByPrefix.put(prefix, left);
                orders.add(new TableChange.Install(prefix, metric, bundleOf.apply(left)));
            }
        }
        return orders;
    }

    private TableChange forget(IpPrefix prefix) {
        held.remove(prefix);
        ofNeighbors.remove(prefix);
        tunnelsByPrefix.remove(prefix);
        return new TableChange.Remove(prefix, metric);
    }

    /** Whether the prefix is a route of BGP's. */
    public boolean contains(IpPrefix prefix) {
        return tunnelsByPrefix.containsKey(prefix);
    }

    /** The bundle that the prefix is in; empty when it is not installed, or a neighbor's. */
    public Optional<String> bundle(IpPrefix prefix) {
        return ofNeighbors.contains(prefix)
                ? Optional.empty()
                : Optional.ofNullable(tunnelsByPrefix.get(prefix)).map(bundleOf);
    }

    /** Whether the prefix is installed and leads to a neighbor. */
    public boolean isOfNeighbor(IpPrefix prefix) {
        return ofNeighbors.contains(prefix);
    }

    /** Prefixes that outlived the session they came by, with the tunnels of that session. */
    public Map<IpPrefix, List<String>> held() {
        Map<IpPrefix, List<String>> tunnels = new LinkedHashMap<>();
        held.forEach(p -> tunnels.put(p, tunnelsByPrefix.getOrDefault(p, List.of())));
        return tunnels;
    }
}
