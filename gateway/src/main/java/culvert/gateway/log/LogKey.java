package culvert.gateway.log;

/** The keys that every line of a kind has in common; part of the operator's surface. */
public final class LogKey {
    /** A tunnel's name in the configuration. */
    public static final String TUNNEL = "tunnel";

    /**
     * The kind of event, such as {@code tunnel-up}; with the tunnel it is the unit of the rate
     * limit.
     */
    public static final String EVENT = "event";

    /** Why, in a sentence. */
    public static final String REASON = "reason";

    /** The peer's words. */
    public static final String PEER_SAID = "peer_said";

    /** Our own words to the peer. */
    public static final String WE_SAID = "we_said";

    private LogKey() {}
}
