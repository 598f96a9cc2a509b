package culvert.gateway.routing;

import culvert.model.IpPrefix;
import culvert.tunio.RouteChange;
import culvert.tunio.RouteTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A blackhole behind each of our routes, with the worst metric there is: while no tunnel carries a
 * prefix its packets go nowhere, and not along the default route in the clear. It names no
 * interface, so it outlives a process that is killed, whose TUN devices and their routes vanish.
 */
final class GuardRoutes {
    static final int METRIC = Integer.MAX_VALUE;

    private static final RouteTarget NOWHERE = new RouteTarget.Blackhole();

    private final KernelTable kernel;
    private final boolean wanted;
    private final Map<IpPrefix, Integer> uses = new HashMap<>();
    private final Set<IpPrefix> unwritten = new LinkedHashSet<>();

    GuardRoutes(KernelTable kernel, boolean wanted) {
        this.kernel = kernel;
        this.wanted = wanted;
    }

    private static RouteKey key(IpPrefix prefix) {
        return new RouteKey(prefix, METRIC);
    }

    /** A route to the prefix is there, maybe a second one with another metric. */
    void want(IpPrefix prefix) {
        if (wanted && uses.merge(prefix, 1, Integer::sum) == 1) {
            unwritten.add(prefix);
        }
    }

    /** One of the routes to the prefix is gone; with the last one goes its guard. */
    void release(IpPrefix prefix, List<RouteChange> orders) {
        Integer left = uses.computeIfPresent(prefix, (p, count) -> count == 1 ? null : count - 1);
        if (wanted && left == null && !unwritten.remove(prefix)) {
            orders.add(KernelTable.removal(key(prefix)));
        }
    }

    /**
     * Writes guards of new routes.
     *
     * @param most how many at most
     * @return whether there are more
     */
    boolean write(int most) {
        List<RouteChange> orders = new ArrayList<>(Math.min(most, unwritten.size()));
        Iterator<IpPrefix> next = unwritten.iterator();
        while (next.hasNext() && orders.size() < most) {
            orders.add(kernel.setting(key(next.next()), NOWHERE, false));
            next.remove();
        }
        kernel.send(orders);
        return !unwritten.isEmpty();
    }

    Optional<RouteTarget> target(RouteKey key) {
        return key.metric() == METRIC && uses.containsKey(key.prefix())
                ? Optional.of(NOWHERE)
                : Optional.empty();
    }

    void addTo(Map<RouteKey, RouteTarget> routes) {
        uses.keySet().forEach(prefix -> routes.put(key(prefix), NOWHERE));
    }

    void clear() {
        kernel.send(uses.keySet().stream().map(p -> KernelTable.removal(key(p))).toList());
        uses.clear();
        unwritten.clear();
    }
}
