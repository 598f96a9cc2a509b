package culvert.gateway.routing;

import culvert.model.IpPrefix;
import culvert.tunio.RouteChange;
import culvert.tunio.RouteTarget;
import culvert.tunio.Rtnetlink;
import culvert.tunio.TunIoException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Culvert's routes in the kernel's main table, and what they should be. Belongs to the control
 * loop.
 *
 * <p>Every route names a bundle; where a bundle leads is one nexthop object, so moving any number
 * of routes is one message. Kernels before 5.3 have no such objects: there each route is written
 * anew. The routes of a bundle that nothing carries are not in the kernel: another program's route
 * takes over, or the guard behind them.
 */
public final class RoutingTable {
    private static final Logger log = LoggerFactory.getLogger(RoutingTable.class);

    private final KernelTable kernel;
    private final NexthopObjects nexthops;
    private final GuardRoutes guards;
    private final Map<String, Bundle> bundles = new LinkedHashMap<>();
    private final Map<RouteKey, Bundle> bundleByRoute = new HashMap<>();
    private final Map<RouteKey, RouteTarget> pins = new LinkedHashMap<>();

    private long changeCount;

    public RoutingTable(Rtnetlink netlink, TableOptions options) {
        this.kernel = new KernelTable(netlink.routes());
        this.nexthops = new NexthopObjects(netlink.nexthops(), options);
        this.guards = new GuardRoutes(kernel, options.guarded());
    }

    /** Whether an earlier run left routes behind. */
    public boolean hasInherited() {
        return kernel.hasInherited();
    }

    /**
     * Leads all routes of the bundle out of these interfaces; makes the bundle if need be.
     *
     * @param interfaces flows are spread over them; none: the routes leave the kernel
     * @return whether it led elsewhere before
     */
    public boolean lead(String name, List<Integer> interfaces) {
        Bundle bundle = bundles.computeIfAbsent(name, n -> new Bundle(nexthops.nextId()));
        if (bundle.interfaces().equals(interfaces)) {
            return false;
        }
        changeCount++;
        boolean wasIdle = bundle.isIdle();
        try {
            if (interfaces.isEmpty()) {
                writeGuards(Integer.MAX_VALUE); // nothing may leak until their turn comes
                withdraw(bundle);
            }
            bundle.lead(interfaces);
            if (wasIdle) {
                kernel.send(bundle.routes().stream().map(this::addition).toList());
            } else if (!interfaces.isEmpty()) {
                move(bundle);
            }
        } catch (TunIoException e) {
            log.warn("routes of {} could not be moved: {}", name, e.getMessage());
        }
        return true;
    }

    /** Removes a bundle that has no routes any more. */
    void drop(String name) {
        Bundle bundle = bundles.get(name);
        if (bundle == null) {
            return;
        }
        if (!bundle.routes().isEmpty()) {
            throw new IllegalStateException("bundle " + name + " still has routes");
        }
        changeCount++;
        bundles.remove(name);
        try {
            nexthops.drop(bundle);
        } catch (TunIoException e) {
            log.warn("{}", e.getMessage());
        }
    }

    /** The interface goes, and no bundle leads out of it any more. */
    public void forget(int interfaceIndex) {
        changeCount++;
        try {
            nexthops.forget(interfaceIndex);
        } catch (TunIoException e) {
            log.warn("{}", e.getMessage());
        }
    }

    private void withdraw(Bundle bundle) {
        if (nexthops.arePlain()) {
            kernel.send(bundle.routes().stream().map(KernelTable::removal).toList());
        } else {
            nexthops.drop(bundle);
        }
    }

    private void move(Bundle bundle) {
        if (nexthops.arePlain()) {
            kernel.send(bundle.routes().stream().map(this::replacement).toList());
        } else {
            nexthops.move(bundle);
        }
    }

    /** Makes all changes, with few system calls. A refusal is logged, and tried again later. */
    public void apply(List<TableChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        changeCount++;
        List<RouteChange> orders = new ArrayList<>(changes.size());
        for (TableChange change : changes) {
            RouteKey key = new RouteKey(change.prefix(), change.metric());
            switch (change) {
                case TableChange.Install install -> install(key, install.bundle(), orders);
                case TableChange.Pin pin -> {
                    RouteTarget before = pins.put(key, pin.target());
                    if (!pin.target().equals(before)) {
                        orders.add(kernel.setting(key, pin.target(), before != null));
                    }
                }
                case TableChange.Remove ignored -> remove(key, orders);
            }
        }
        kernel.send(orders);
    }

    private void install(RouteKey key, String name, List<RouteChange> orders) {
        Bundle bundle = Objects.requireNonNull(bundles.get(name), name);
        Bundle former = bundleByRoute.put(key, bundle);
        if (former == bundle) {
            return;
        }
        if (former == null) {
            guards.want(key.prefix());
        } else {
            former.routes().remove(key);
        }
        bundle.routes().add(key);
        boolean stands = former != null && !former.isIdle();
        if (!bundle.isIdle()) {
            orders.add(kernel.setting(key, target(key), stands));
        } else if (stands) {
            orders.add(KernelTable.removal(key));
        }
    }

    private void remove(RouteKey key, List<RouteChange> orders) {
        Bundle bundle = bundleByRoute.remove(key);
        if (bundle != null) {
            bundle.routes().remove(key);
            if (!bundle.isIdle()) {
                orders.add(KernelTable.removal(key));
            }
            guards.release(key.prefix(), orders);
        } else if (pins.remove(key) != null) {
            orders.add(KernelTable.removal(key));
        }
    }

    /**
     * Writes guards of new routes, which have time: they count only when all else fails.
     *
     * @param most how many at most
     * @return whether there are more
     */
    public boolean writeGuards(int most) {
        return guards.write(most);
    }

    /** Number of routes that are in the kernel. */
    public int size() {
        return bundles.values().stream()
                .filter(b -> !b.isIdle())
                .mapToInt(b -> b.routes().size())
                .sum();
    }

    /** Number of routes of a bundle, in the kernel or not. */
    public int size(String bundle) {
        Bundle known = bundles.get(bundle);
        return known == null ? 0 : known.routes().size();
    }

    /** Whether another program has a route with this destination and metric, which stays. */
    public boolean isTaken(IpPrefix prefix, int metric) {
        return kernel.isTaken(new RouteKey(prefix, metric));
    }

    /** Every route that should be there, and where it should lead. */
    Map<RouteKey, RouteTarget> wanted() {
        Map<RouteKey, RouteTarget> wanted = HashMap.newHashMap(2 * bundleByRoute.size());
        wanted.putAll(pins);
        bundleByRoute.forEach(
                (key, bundle) -> {
                    if (!bundle.isIdle()) {
                        wanted.put(key, target(key));
                    }
                });
        guards.addTo(wanted);
        return wanted;
    }

    private Optional<RouteTarget> wantedTarget(RouteKey key) {
        Bundle bundle = bundleByRoute.get(key);
        if (bundle != null) {
            return bundle.isIdle() ? Optional.empty() : Optional.of(target(key));
        }
        RouteTarget pin = pins.get(key);
        return pin != null ? Optional.of(pin) : guards.target(key);
    }

    /** Number of changes so far, which tells whether a survey is of the present. */
    long changeCount() {
        return changeCount;
    }

    void mendNexthops() {
        nexthops.mend();
    }

    void compared(RouteSurvey survey, Set<RouteKey> wanted) {
        kernel.compared(survey, wanted);
    }

    /**
     * Writes routes again, as far as they are still wanted.
     *
     * @param stand whether they are ours and lead elsewhere, rather than missing
     */
    void restore(List<RouteKey> keys, boolean stand) {
        List<RouteChange> orders = new ArrayList<>(keys.size());
        for (RouteKey key : keys) {
            wantedTarget(key)
                    .map(key::to)
                    .<RouteChange>map(stand ? RouteChange.Replace::new : RouteChange.Add::new)
                    .ifPresent(orders::add);
        }
        kernel.send(orders);
    }

    /** Removes routes of an earlier run, unless they are wanted by now. */
    void removeStrays(List<RouteKey> strays) {
        kernel.send(
                strays.stream()
                        .filter(key -> wantedTarget(key).isEmpty())
                        .map(KernelTable::removal)
                        .toList());
    }

    void forgetInherited() {
        kernel.forgetInherited();
    }

    /** Removes every route and nexthop object of Culvert. */
    public void clear() {
        List<RouteChange> orders = new ArrayList<>();
        bundleByRoute.keySet().forEach(key -> orders.add(KernelTable.removal(key)));
        pins.keySet().forEach(key -> orders.add(KernelTable.removal(key)));
        kernel.send(orders);
        guards.clear();
        bundleByRoute.clear();
        pins.clear();
        try {
            nexthops.clear();
        } catch (TunIoException e) {
            log.warn("{}", e.getMessage());
        }
    }

    private RouteChange addition(RouteKey key) {
        return kernel.setting(key, target(key), false);
    }

    private RouteChange replacement(RouteKey key) {
        return kernel.setting(key, target(key), true);
    }

    private RouteTarget target(RouteKey key) {
        Bundle bundle = Objects.requireNonNull(bundleByRoute.get(key));
        return nexthops.target(bundle, key.prefix().isIpv4());
    }
}
