package culvert.gateway.routing;

import culvert.model.IpPrefix;
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

    private record Key(IpPrefix prefix, int metric) {}

    private final Rtnetlink netlink;
    private final Map<String, Bundle> bundles = new LinkedHashMap<>();
    private final Map<Key, String> bundleByRoute = new HashMap<>();
    private final Set<String> shielded = new HashSet<>();
    private int nextNexthopId = FIRST_NEXTHOP_ID;
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
            bundles.put(name, new Bundle(nextNexthopId, interfaceIndex));
            nextNexthopId += 2;
            return false;
        }
        if (bundle.interfaceIndex() == interfaceIndex) {
            return false;
        }
        boolean wasShielded = shielded.remove(name);
        try {
            bundle.move(interfaceIndex, netlink.nexthops());
        } catch (TunIoException e) {
            log.warn("routes of {} could not be moved: {}", name, e.getMessage());
        }
        if (plain || wasShielded) {
            write(routesOf(name));
        }
        return true;
    }

    private List<Key> routesOf(String bundle) {
        return bundleByRoute.entrySet().stream()
                .filter(e -> e.getValue().equals(bundle))
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Has the kernel drop what would go out of this interface, whose device goes and comes again:
     * with a device the kernel removes its routes, and the packets would take the default route.
     * Ends when {@link #point} leads the bundle to another interface.
     */
    public void shield(int interfaceIndex) {
        bundles.forEach(
                (name, bundle) -> {
                    if (bundle.interfaceIndex() == interfaceIndex && shielded.add(name)) {
                        write(routesOf(name));
                    }
                });
    }

    /** Removes a bundle, its routes and its nexthop objects. */
    public void drop(String name) {
        Bundle bundle = bundles.get(name);
        if (bundle == null) {
            return;
        }
        List<Key> gone = routesOf(name);
        send(gone.stream().map(RoutingTable::removal).toList());
        bundleByRoute.keySet().removeAll(gone);
        shielded.remove(name);
        bundles.remove(name);
        delete(bundle);
    }

    private void delete(Bundle bundle) {
        for (Nexthop object : bundle.objects()) {
            try {
                netlink.nexthops().delete(object.id());
            } catch (TunIoException e) {
                log.warn("{}", e.getMessage());
            }
        }
    }

    /** Makes all changes, with few system calls. A refusal is logged, and tried again later. */
    public void apply(List<TableChange> changes) {
        List<RouteChange> orders = new ArrayList<>(changes.size());
        for (TableChange change : changes) {
            Key key = new Key(change.prefix(), change.metric());
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

    /**
     * Compares the kernel with what should be there, and mends it.
     *
     * @param removeUnknown remove routes of an earlier run too; routes of other programs never
     */
    public void reconcile(boolean removeUnknown) {
        try {
            mendNexthops();
            Map<Key, RouteTarget> found = new HashMap<>();
            for (Route route : netlink.routes().list()) {
                found.put(
                        new Key(
                                new IpPrefix(route.destination(), route.prefixLength()),
                                route.metric()),
                        route.target());
            }
            List<Key> missing =
                    bundleByRoute.keySet().stream()
                            .filter(key -> !target(key).equals(found.get(key)))
                            .toList();
            if (!missing.isEmpty()) {
                log.warn("{} routes were missing or changed, and are set again", missing.size());
                write(missing);
            }
            if (removeUnknown) {
                found.keySet().removeAll(bundleByRoute.keySet());
                if (!found.isEmpty()) {
                    log.info("{} routes of an earlier run are removed", found.size());
                    send(found.keySet().stream().map(RoutingTable::removal).toList());
                }
            }
        } catch (TunIoException e) {
            log.warn("the routes could not be compared with the kernel's: {}", e.getMessage());
        }
    }

    private void mendNexthops() {
        Set<Nexthop> wanted = new HashSet<>();
        bundles.forEach(
                (name, bundle) -> {
                    if (!shielded.contains(name)) {
                        wanted.addAll(bundle.objects());
                    }
                });
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
        bundles.values().forEach(this::delete);
    }

    private void write(List<Key> keys) {
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

    private Route route(Key key) {
        return new Route(key.prefix().network(), key.prefix().length(), target(key), key.metric());
    }

    private RouteTarget target(Key key) {
        String name = Objects.requireNonNull(bundleByRoute.get(key));
        if (shielded.contains(name)) {
            return new RouteTarget.Blackhole();
        }
        Bundle bundle = Objects.requireNonNull(bundles.get(name));
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

    private static RouteChange removal(Key key) {
        // The target of a route does not matter for its removal.
        return new RouteChange.Delete(
                new Route(
                        key.prefix().network(),
                        key.prefix().length(),
                        new RouteTarget.Blackhole(),
                        key.metric()));
    }
}
