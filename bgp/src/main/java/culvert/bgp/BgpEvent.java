package culvert.bgp;

/**
 * Something worth a line in the log.
 *
 * @param peer name of the peer that it is about
 * @param text what happened, for people
 */
public record BgpEvent(Kind kind, String peer, String text) {
    /** What happened, for counters. */
    public enum Kind {
        SESSION_ESTABLISHED,
        SESSION_ENDED,
        NOTIFICATION_SENT,
        NOTIFICATION_RECEIVED,
        CONNECTION_REFUSED,
        COLLISION_RESOLVED,
        MALFORMED_UPDATE,
        /** The peer sends 80 % of the prefixes that it may. */
        MAXIMUM_PREFIXES_NEAR,
        /** The peer sent more prefixes than it may. */
        MAXIMUM_PREFIXES_EXCEEDED,
        /** We announce 80 % of what the peer takes. */
        ADVERTISE_LIMIT_NEAR,
        /** Prefixes are not announced, as the peer takes no more. */
        ADVERTISE_LIMIT_REACHED,
        /** A route cannot be announced for a reason other than policy. */
        CANNOT_ADVERTISE,
        /** The peer has sent all its routes of a family. */
        END_OF_RIB,
        STALE_ROUTES_KEPT,
        STALE_ROUTES_DROPPED,
        REFRESH_IMPOSSIBLE
    }
}
