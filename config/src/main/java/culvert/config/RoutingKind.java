package culvert.config;

/** The words of the key {@code routing}. */
enum RoutingKind {
    BGP,
    STATIC
}
