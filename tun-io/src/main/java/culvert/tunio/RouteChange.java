package culvert.tunio;

/** One of many changes that {@link RouteTable#apply} makes. */
public sealed interface RouteChange {
    Route route();

    /** Creates the route; refused with EEXIST when its destination and metric are taken. */
    record Add(Route route) implements RouteChange {}

    /** Creates the route, or changes the one with its destination and metric. */
    record Replace(Route route) implements RouteChange {}

    /** Removes the route if it is there. */
    record Delete(Route route) implements RouteChange {}

    /** A change that the kernel refused, and its words. */
    record Failure(RouteChange change, TunIoException reason) {}
}
