package culvert.gateway.routing;

import culvert.tunio.Errno;
import culvert.tunio.Route;
import culvert.tunio.RouteChange;
import culvert.tunio.RouteTable;
import culvert.tunio.RouteTarget;
import culvert.tunio.TunIoException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes routes without ever touching those of other programs. The kernel tells routes apart by
 * destination and metric only, and a replace would overwrite anyone's: so a route is replaced only
 * where one of ours is known to stand, and otherwise added, which the kernel refuses when the place
 * is taken.
 */
final class KernelTable {
    private static final Logger log = LoggerFactory.getLogger(KernelTable.class);
    private static final int FAILURES_TOLD = 5;

    private final RouteTable routes;
    private final Map<RouteKey, RouteTarget> inherited = new HashMap<>();
    private final Set<RouteKey> taken = new HashSet<>();

    KernelTable(RouteTable routes) {
        this.routes = routes;
        routes.list().forEach(route -> inherited.put(RouteKey.of(route), route.target()));
    }

    boolean hasInherited() {
        return !inherited.isEmpty();
    }

    boolean isTaken(RouteKey key) {
        return taken.contains(key);
    }

    /**
     * What makes the route lead there.
     *
     * @param stands we have set it before
     */
    RouteChange setting(RouteKey key, RouteTarget target, boolean stands) {
        boolean ours = inherited.remove(key) != null || (stands && !taken.contains(key));
        return ours ? new RouteChange.Replace(key.to(target)) : new RouteChange.Add(key.to(target));
    }

    /** The kernel removes only what has our protocol number. */
    static RouteChange removal(RouteKey key) {
        // The target of a route does not matter for its removal.
        return new RouteChange.Delete(key.to(new RouteTarget.Blackhole()));
    }

    void send(List<RouteChange> orders) {
        if (orders.isEmpty()) {
            return;
        }
        List<Route> refused = new ArrayList<>();
        List<TunIoException> failures = new ArrayList<>();
        for (RouteChange.Failure failure : routes.apply(orders)) {
            if (failure.change() instanceof RouteChange.Add(Route route)
                    && failure.reason().errno() == Errno.EEXIST) {
                refused.add(route);
            } else {
                failures.add(failure.reason());
            }
        }
        tell(failures);
        freed(orders, refused);
        if (!refused.isEmpty()) {
            settle(refused);
        }
    }

    /** Places that were taken and are ours now. */
    private void freed(List<RouteChange> orders, List<Route> refused) {
        if (taken.isEmpty()) {
            return;
        }
        for (RouteChange order : orders) {
            if (order instanceof RouteChange.Add(Route route) && !refused.contains(route)) {
                taken.remove(RouteKey.of(route));
            }
        }
    }

    private static void tell(List<TunIoException> failures) {
        failures.stream().limit(FAILURES_TOLD).forEach(f -> log.warn("{}", f.getMessage()));
        if (failures.size() > FAILURES_TOLD) {
            log.warn("and {} more routes were refused", failures.size() - FAILURES_TOLD);
        }
    }

    /** Places that are taken: by ourselves, unknown to us, or by another program. */
    private void settle(List<Route> refused) {
        Set<RouteKey> ours = new HashSet<>();
        routes.list().forEach(route -> ours.add(RouteKey.of(route)));
        List<RouteChange> replacements = new ArrayList<>();
        for (Route route : refused) {
            RouteKey key = RouteKey.of(route);
            if (ours.contains(key)) {
                replacements.add(new RouteChange.Replace(route));
            } else if (taken.add(key)) {
                log.warn(
                        "another program has a route to {} with metric {}: it stays, ours waits",
                        key.prefix(),
                        key.metric());
            }
        }
        tell(routes.apply(replacements).stream().map(RouteChange.Failure::reason).toList());
    }

    /** Says what a comparison found; whoever asked for it has it mended. */
    void compared(RouteSurvey survey, Set<RouteKey> wanted) {
        long missing = survey.missing().stream().filter(key -> !taken.contains(key)).count();
        long mended = missing + survey.changed().size();
        if (mended > 0) {
            log.warn("{} routes were missing or changed, and are set again", mended);
        }
        taken.retainAll(wanted);
    }

    /** All that an earlier run left is known by now, or gone. */
    void forgetInherited() {
        inherited.clear();
    }
}
