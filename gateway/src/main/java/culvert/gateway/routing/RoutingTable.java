package culvert.gateway.routing;

import culvert.tunio.Errno;
import culvert.tunio.Nexthop;
import culvert.tunio.Route;
import culvert.tunio.RouteChange;
import culvert.tunio.RouteTarget;
import culvert.tunio.Rtnetlink;
import culvert.tunio.TunIoException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Culvert's routes in the kernel's main table, and what they should be. Belongs to the control
 * loop.
 *
 * <p>Every route names a bundle; where a bundle leads is one nexthop object, so moving any number
 * of routes is one message. Kernels before 5.3 have no such objects: there each route is written
 * anew.
 */
public final class RoutingTable {
    /** Metrics of our own, so that a replace never overwrites somebody else's route. */
    public static final int STATIC_METRIC = 213;

    /** Behind static routes: what the operator wrote down goes first. */
    public static final int BGP_METRIC = 214;

    private static final Logger log = LoggerFactory.getLogger(RoutingTable.class);

    /** Nexthop objects of others count up from 1, or have big round numbers. */
    private static final int FIRST_NEXTHOP_ID = 0x00CE_0000;

    private static final int FAILURES_TOLD = 5;

    private final Rtnetlink netlink;
    private final Map<String, Bundle> bundles = new LinkedHashMap<>();
    private final Map<RouteKey, String> bundleByRoute = new HashMap<>();
    private long changeCount;
    private boolean plain;

    public RoutingTable(Rtnetlink netlink) {
        this.netlink = netlink;
    }

    /**
     * Leads all routes of the bundle out of this interface; makes the bundle if need be.
     *
     * @return whether it led elsewhere before
     */
    public boolean point(String name, int interfaceIndex) {
        Bundle bundle = bundles.get(name);
        if (bundle == null) {
            bundles.put(name, new Bundle(FIRST_NEXTHOP_ID + 2 * bundles.size(), interfaceIndex));
            return false;
        }
        if (bundle.interfaceIndex() == interfaceIndex) {
            return false;
        }
        try {
            bundle.move(interfaceIndex, netlink.nexthops());
        } catch (TunIoException e) {
            log.warn("routes of {} could not be moved: {}", name, e.getMessage());
        }
        if (plain) {
            write(
                    bundleByRoute.entrySet().stream()
                            .filter(e -> e.getValue().equals(name))
                            .map(Map.Entry::getKey)
                            .toList());
        }
        return true;
    }

    /** Makes all changes, with few system calls. A refusal is logged, and tried again later. */
    public void apply(List<TableChange> changes) {
        List<RouteChange> orders = new ArrayList<>(changes.size());
        if (changes.isEmpty()) {
            return;
        }
        changeCount++;
        for (TableChange change : changes) {
            RouteKey key = new RouteKey(change.prefix(), change.metric());
            switch (change) {
                case TableChange.Install install -> {
                    if (!install.bundle().equals(bundleByRoute.put(key, install.bundle()))) {
                        orders.add(new RouteChange.Replace(route(key)));
                    }
                }
                case TableChange.Remove ignored -> {
                    if (bundleByRoute.remove(key) != null) {
                        orders.add(removal(key));
                    }
                }
            }
        }
        send(orders);
    }

    public int size() {
        return bundleByRoute.size();
    }

    /** Every route that should be there, and where it should lead. */
    Map<RouteKey, RouteTarget> wanted() {
        Map<RouteKey, RouteTarget> wanted = HashMap.newHashMap(bundleByRoute.size());
        bundleByRoute.keySet().forEach(key -> wanted.put(key, target(key)));
        return wanted;
    }

    /** Number of changes so far, which tells whether a survey is of the present. */
    long changeCount() {
        return changeCount;
    }

    /** Writes these routes again, as far as they are still wanted. */
    void restore(List<RouteKey> missing) {
        write(missing.stream().filter(bundleByRoute::containsKey).toList());
    }

    /** Removes these routes of an earlier run, unless they are wanted by now. */
    void removeStrays(List<RouteKey> strays) {
        send(
                strays.stream()
                        .filter(key -> !bundleByRoute.containsKey(key))
                        .map(RoutingTable::removal)
                        .toList());
    }

    void mendNexthops() {
        Set<Nexthop> wanted = new HashSet<>();
        bundles.values().forEach(b -> wanted.addAll(b.objects()));
        if (wanted.isEmpty()) {
            return;
        }
        wanted.removeAll(new HashSet<>(netlink.nexthops().list()));
        wanted.forEach(netlink.nexthops()::replace);
    }

    /** Removes every route and nexthop object of Culvert. */
    public void clear() {
        send(bundleByRoute.keySet().stream().map(RoutingTable::removal).toList());
        bundleByRoute.clear();
        for (Bundle bundle : bundles.values()) {
            for (Nexthop object : bundle.objects()) {
                try {
                    netlink.nexthops().delete(object.id());
                } catch (TunIoException e) {
                    log.warn("{}", e.getMessage());
                }
            }
        }
    }

    private void write(List<RouteKey> keys) {
        send(keys.stream().<RouteChange>map(k -> new RouteChange.Replace(route(k))).toList());
    }

    private void send(List<RouteChange> orders) {
        if (orders.isEmpty()) {
            return;
        }
        List<RouteChange.Failure> failures = netlink.routes().apply(orders);
        failures.stream()
                .limit(FAILURES_TOLD)
                .forEach(f -> log.warn("{}", f.reason().getMessage()));
        if (failures.size() > FAILURES_TOLD) {
            log.warn("and {} more routes were refused", failures.size() - FAILURES_TOLD);
        }
    }

    private Route route(RouteKey key) {
        return new Route(key.prefix().network(), key.prefix().length(), target(key), key.metric());
    }

    private RouteTarget target(RouteKey key) {
        Bundle bundle =
                Objects.requireNonNull(bundles.get(Objects.requireNonNull(bundleByRoute.get(key))));
        if (!plain) {
            try {
                return bundle.target(key.prefix().isIpv4(), netlink.nexthops());
            } catch (TunIoException e) {
                if (e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.EINVAL) {
                    throw e;
                }
                plain = true;
                log.info("this kernel has no nexthop objects: routes are moved one by one");
            }
        }
        return new RouteTarget.Interface(bundle.interfaceIndex());
    }

    private static RouteChange removal(RouteKey key) {
        // The target of a route does not matter for its removal.
        return new RouteChange.Delete(
                new Route(
                        key.prefix().network(),
                        key.prefix().length(),
                        new RouteTarget.Blackhole(),
                        key.metric()));
    }
}
