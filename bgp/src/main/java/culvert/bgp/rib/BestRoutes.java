package culvert.bgp.rib;

import java.util.ArrayList;
import java.util.List;

/** What the decision process chose for a prefix: the best route, and those as good for sending. */
public final class BestRoutes {
    private final List<Route> routes;
    private final List<NextHop> nextHops;

    private BestRoutes(List<Route> routes) {
        this.routes = List.copyOf(routes);
        List<NextHop> hops = new ArrayList<>(routes.size());
        for (Route route : routes) {
            NextHop hop = new NextHop(route.source().peer(), route.nextHop());
            if (!route.source().isLocal() && !hops.contains(hop)) {
                hops.add(hop);
            }
        }
        this.nextHops = List.copyOf(hops);
    }

    static BestRoutes of(Route best) {
        return new BestRoutes(List.of(best));
    }

    /**
     * @param routes the best first
     */
    static BestRoutes of(List<Route> routes) {
        return routes.size() == 1 ? routes.getFirst().alone() : new BestRoutes(routes);
    }

    /** The one that is announced to peers. */
    public Route best() {
        return routes.getFirst();
    }

    /** All that carry packets, the best first. */
    public List<Route> routes() {
        return routes;
    }

    /** Where packets go; empty for a prefix of our own. */
    public List<NextHop> nextHops() {
        return nextHops;
    }
}
