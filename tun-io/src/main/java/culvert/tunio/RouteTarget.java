package culvert.tunio;

import java.net.InetAddress;

/** Where a route leads. */
public sealed interface RouteTarget {
    /** Out of an interface, straight to the destination. */
    record Interface(int interfaceIndex) implements RouteTarget {}

    /** Out of an interface, to a router on it. */
    record Gateway(int interfaceIndex, InetAddress gateway) implements RouteTarget {}

    /**
     * To whatever this nexthop object says ({@link Nexthop}): changing the object moves all its
     * routes in one step.
     */
    record ViaNexthop(int nexthopId) implements RouteTarget {}

    /** Nowhere: packets are dropped silently. */
    record Blackhole() implements RouteTarget {}

    /** Found in listings alone: a kind that Culvert never installs, such as multipath. */
    record Foreign(int routeType) implements RouteTarget {}
}
