package culvert.gateway.routing;

import culvert.model.IpPrefix;
import culvert.tunio.RouteTarget;

/** A change to the routes of a {@link RoutingTable}. */
public sealed interface TableChange {
    IpPrefix prefix();

    int metric();

    /**
     * Packets for the prefix go where the bundle leads.
     *
     * @param bundle routes that always go the same way, by name
     */
    record Install(IpPrefix prefix, int metric, String bundle) implements TableChange {}

    /** Packets for the prefix go there, whatever happens to tunnels; nothing guards the route. */
    record Pin(IpPrefix prefix, int metric, RouteTarget target) implements TableChange {}

    record Remove(IpPrefix prefix, int metric) implements TableChange {}
}
