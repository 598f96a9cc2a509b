package culvert.gateway.routing;

import culvert.model.IpPrefix;
import culvert.tunio.Route;
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
 * @param missing routes that are not there, or lead elsewhere
 * @param unknown routes of ours that nobody wants
 */
record RouteSurvey(List<RouteKey> missing, List<RouteKey> unknown) {
    /**
     * Reads and compares.
     *
     * @param wanted belongs to this call
     */
    static RouteSurvey take(Map<RouteKey, RouteTarget> wanted) {
        Map<RouteKey, RouteTarget> found = new HashMap<>();
        try (Rtnetlink netlink = Rtnetlink.open()) {
            for (Route route : netlink.routes().list()) {
                IpPrefix prefix = new IpPrefix(route.destination(), route.prefixLength());
                found.put(new RouteKey(prefix, route.metric()), route.target());
            }
        }
        List<RouteKey> missing = new ArrayList<>();
        wanted.forEach(
                (key, target) -> {
                    if (!target.equals(found.get(key))) {
                        missing.add(key);
                    }
                });
        found.keySet().removeAll(wanted.keySet());
        return new RouteSurvey(missing, List.copyOf(found.keySet()));
    }
}
