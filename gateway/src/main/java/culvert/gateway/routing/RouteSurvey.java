package culvert.gateway.routing;

import culvert.tunio.RouteTarget;
import culvert.tunio.Rtnetlink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the kernel has of Culvert's routes, beside what it should have. A full table takes longer to
 * read than the control loop may be kept busy, so this runs on a thread of its own, with a socket
 * of its own.
 *
 * @param missing routes that are not there
 * @param changed routes of ours that lead elsewhere
 * @param unknown routes of ours that nobody wants
 */
record RouteSurvey(List<RouteKey> missing, List<RouteKey> changed, List<RouteKey> unknown) {
    /**
     * Reads and compares.
     *
     * @param wanted belongs to this call
     */
    static RouteSurvey take(Map<RouteKey, RouteTarget> wanted) {
        Map<RouteKey, RouteTarget> found = new HashMap<>();
        try (Rtnetlink netlink = Rtnetlink.open()) {
            netlink.routes().list().forEach(route -> found.put(RouteKey.of(route), route.target()));
        }
        List<RouteKey> missing = new ArrayList<>();
        List<RouteKey> changed = new ArrayList<>();
        wanted.forEach(
                (key, target) -> {
                    RouteTarget stands = found.remove(key);
                    if (stands == null) {
                        missing.add(key);
                    } else if (!stands.equals(target)) {
                        changed.add(key);
                    }
                });
        return new RouteSurvey(missing, changed, List.copyOf(found.keySet()));
    }
}
