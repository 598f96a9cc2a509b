package culvert.gateway.routing;

/** How much a tunnel is wanted for traffic. */
public enum Standing {
    /** Carries nothing. */
    DOWN,
    /** Carries what no other tunnel can: it has just returned, or is about to be taken down. */
    LAST_RESORT,
    GOOD
}
