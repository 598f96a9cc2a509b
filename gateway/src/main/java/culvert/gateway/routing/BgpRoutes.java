package culvert.gateway.routing;

import culvert.bgp.rib.RouteChange;
import culvert.model.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The routes that BGP chose, each in the bundle of the tunnel whose peer announced it.
 *
 * <p>A peer that withdraws a prefix means it: the route goes. A session that ends says nothing
 * about the networks behind it: without another route to them they stay, and their packets with the
 * tunnels, which encrypt or drop them; to remove the routes would send the packets along the
 * default route in the clear (invariant 6). They go when the tunnel's peer is back and has
 * announced all that it has.
 */
public final class BgpRoutes {
    private final Predicate<String> isEstablished;
    private final Map<IpPrefix, String> tunnelByPrefix = new HashMap<>();
    private final Set<IpPrefix> held = new LinkedHashSet<>();

    /**
     * @param isEstablished whether a tunnel has a BGP session now
     */
    public BgpRoutes(Predicate<String> isEstablished) {
        this.isEstablished = isEstablished;
    }

    /** What the speaker's decisions mean for the table. */
    public List<TableChange> changed(List<RouteChange> changes) {
        List<TableChange> orders = new ArrayList<>(changes.size());
        for (RouteChange change : changes) {
            IpPrefix prefix = change.prefix();
            String tunnel = change.isWithdrawn() ? "" : change.nextHops().getFirst().peer();
            if (!tunnel.isEmpty()) {
                held.remove(prefix);
                tunnelByPrefix.put(prefix, tunnel);
                orders.add(new TableChange.Install(prefix, RoutingTable.BGP_METRIC, tunnel));
                continue;
            }
            String former = tunnelByPrefix.get(prefix);
            if (former == null) {
                continue; // one of our own, which are never installed
            }
            if (change.isWithdrawn() && !isEstablished.test(former)) {
                held.add(prefix);
            } else {
                orders.add(forget(prefix));
            }
        }
        return orders;
    }

    /** The tunnel's peer has announced all that it has: what it does not repeat goes. */
    public List<TableChange> complete(String tunnel) {
        List<IpPrefix> gone =
                held.stream().filter(p -> tunnel.equals(tunnelByPrefix.get(p))).toList();
        return gone.stream().map(this::forget).toList();
    }

    /** The tunnel is gone for good, and what its peer announced with it. */
    public List<TableChange> removed(String tunnel) {
        List<IpPrefix> gone =
                tunnelByPrefix.entrySet().stream()
                        .filter(e -> e.getValue().equals(tunnel))
                        .map(Map.Entry::getKey)
                        .toList();
        return gone.stream().map(this::forget).toList();
    }

    private TableChange forget(IpPrefix prefix) {
        held.remove(prefix);
        tunnelByPrefix.remove(prefix);
        return new TableChange.Remove(prefix, RoutingTable.BGP_METRIC);
    }

    /** Number of routes in the bundle of this tunnel. */
    public long count(String tunnel) {
        return tunnelByPrefix.values().stream().filter(tunnel::equals).count();
    }

    /** Prefixes that outlived the session they came by, with the tunnel of that session. */
    public Map<IpPrefix, String> held() {
        Map<IpPrefix, String> tunnels = new LinkedHashMap<>();
        held.forEach(prefix -> tunnels.put(prefix, tunnelByPrefix.getOrDefault(prefix, "")));
        return tunnels;
    }
}
