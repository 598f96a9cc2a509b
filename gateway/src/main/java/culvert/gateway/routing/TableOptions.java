package culvert.gateway.routing;

/**
 * How a {@link RoutingTable} does its work.
 *
 * @param guarded a blackhole stands behind every route
 * @param spread a bundle may lead through several interfaces at once
 * @param plain every route names its interface, as for kernels without nexthop objects
 */
public record TableOptions(boolean guarded, boolean spread, boolean plain) {}
