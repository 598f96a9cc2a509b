package culvert.bgp;

import culvert.bgp.rib.Route;
import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.util.OptionalLong;

/**
 * One line of the route table.
 *
 * @param peer whom it was heard from or is told to; empty for our own routes
 * @param asPath AS numbers, nearest first
 * @param reason why it is rejected or held back; else empty
 */
public record RouteRow(
        Kind kind,
        IpPrefix prefix,
        String peer,
        InetAddress nextHop,
        String asPath,
        String origin,
        long localPref,
        OptionalLong multiExitDisc,
        String reason) {

    /** What a line tells. */
    public enum Kind {
        /** Heard, accepted, not chosen. */
        LEARNED,
        /** Heard or our own, and chosen. */
        CHOSEN,
        /** Heard and not accepted. */
        REJECTED,
        /** Told to a peer. */
        ADVERTISED,
        /** Not told to a peer: it takes no more, or policy keeps it back. */
        HELD_BACK
    }

    static RouteRow of(Kind kind, IpPrefix prefix, Route route) {
        return new RouteRow(
                kind,
                prefix,
                route.source().peer(),
                route.nextHop(),
                route.attributes().asPath().toString(),
                route.attributes().origin().toString(),
                route.localPref(),
                OptionalLong.of(route.multiExitDisc()),
                route.rejection());
    }
}
