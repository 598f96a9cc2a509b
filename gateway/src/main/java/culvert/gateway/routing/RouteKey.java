package culvert.gateway.routing;

import culvert.model.IpPrefix;
import culvert.tunio.Route;
import culvert.tunio.RouteTarget;

/** What the kernel tells the routes of one table apart by. */
record RouteKey(IpPrefix prefix, int metric) {
    static RouteKey of(Route route) {
        return new RouteKey(
                new IpPrefix(route.destination(), route.prefixLength()), route.metric());
    }

    Route to(RouteTarget target) {
        return new Route(prefix.network(), prefix.length(), target, metric);
    }
}
