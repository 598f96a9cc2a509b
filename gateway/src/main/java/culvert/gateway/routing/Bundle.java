package culvert.gateway.routing;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Routes that always go the same way, and which way that is. */
final class Bundle {
    private final int ipv4Id;
    private final Set<RouteKey> routes = new LinkedHashSet<>();
    private List<Integer> interfaces = List.of();

    /**
     * @param ipv4Id number of the nexthop object of its IPv4 routes; the next one is IPv6's
     */
    Bundle(int ipv4Id) {
        this.ipv4Id = ipv4Id;
    }

    int nexthopId(boolean ipv4) {
        return ipv4 ? ipv4Id : ipv4Id + 1;
    }

    /** Where its packets go; empty while nothing carries them. */
    List<Integer> interfaces() {
        return interfaces;
    }

    void lead(List<Integer> changed) {
        interfaces = List.copyOf(changed);
    }

    /** Nothing carries its packets, and none of its routes is in the kernel. */
    boolean isIdle() {
        return interfaces.isEmpty();
    }

    Set<RouteKey> routes() {
        return routes;
    }
}
