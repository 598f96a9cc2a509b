package culvert.bgp.rib;

import culvert.bgp.message.AsPath;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.PathAttribute.Communities;
import culvert.bgp.message.PathAttribute.LocalPref;
import culvert.bgp.message.PathAttribute.MultiExitDisc;
import culvert.bgp.message.PathAttribute.OriginatorId;
import culvert.bgp.message.PathAttributes;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Turns what a peer announces into accepted and rejected routes. */
public final class ImportFilter {
    /** Longer paths are of no use to anyone, and prepending must have room (RFC 4271 5.1.2). */
    static final int MAXIMUM_AS_PATH_LENGTH = 500;

    /** Prefixes that no unicast packet of a site goes to (RFC 6890). */
    private static final List<Nlri> MARTIANS =
            List.of(
                    Nlri.parse("127.0.0.0/8"),
                    Nlri.parse("169.254.0.0/16"),
                    Nlri.parse("224.0.0.0/4"),
                    Nlri.parse("240.0.0.0/4"),
                    Nlri.parse("::/127"),
                    Nlri.parse("fe80::/10"),
                    Nlri.parse("ff00::/8"));

    private static final Nlri THIS_NETWORK = Nlri.parse("0.0.0.0/8");

    private final ImportPolicy policy;
    private final RouteSource source;
    private final int localAsn;
    private final int localIdentifier;
    private final List<InetAddress> ownAddresses;
    private final List<ProtectedPrefix> protectedPrefixes;

    /**
     * @param ownAddresses our addresses on the link to the peer, which cannot be next hops
     */
    public ImportFilter(
            ImportPolicy policy,
            RouteSource source,
            int localAsn,
            int localIdentifier,
            List<InetAddress> ownAddresses,
            List<ProtectedPrefix> protectedPrefixes) {
        this.policy = policy;
        this.source = source;
        this.localAsn = localAsn;
        this.localIdentifier = localIdentifier;
        this.ownAddresses = List.copyOf(ownAddresses);
        this.protectedPrefixes = List.copyOf(protectedPrefixes);
    }

    /** What one UPDATE offers to all its prefixes. */
    public Offer offer(PathAttributes attributes, InetAddress nextHop, long nowNanos) {
        return new Offer(attributes, nextHop, nowNanos);
    }

    /** What a route that was heard before is under this filter. */
    Route again(Nlri nlri, Route route) {
        return offer(route.attributes(), route.nextHop(), route.receivedNanos()).route(nlri);
    }

    /** The routes of one UPDATE: one accepted, and one for each reason to reject. */
    public final class Offer {
        private final PathAttributes attributes;
        private final InetAddress nextHop;
        private final long nowNanos;
        private final String pathRejection;
        private final Map<String, Route> byRejection = new HashMap<>(4);

        private Offer(PathAttributes attributes, InetAddress nextHop, long nowNanos) {
            this.attributes = attributes;
            this.nextHop = nextHop;
            this.nowNanos = nowNanos;
            this.pathRejection = rejectPath(attributes, nextHop);
        }

        public Route route(Nlri nlri) {
            String rejection = pathRejection.isEmpty() ? rejectPrefix(nlri) : pathRejection;
            Route route = byRejection.get(rejection);
            if (route == null) {
                route =
                        rejection.isEmpty()
                                ? accept(attributes, nextHop, nowNanos)
                                : Route.rejected(source, attributes, nextHop, nowNanos, rejection);
                byRejection.put(rejection, route);
            }
            return route;
        }
    }

    private Route accept(PathAttributes attributes, InetAddress nextHop, long nowNanos) {
        return Route.accepted(
                source,
                attributes,
                nextHop,
                nowNanos,
                policy.weight(),
                localPref(attributes),
                policy.multiExitDisc()
                        .orElseGet(
                                () ->
                                        attributes
                                                .find(MultiExitDisc.class)
                                                .map(MultiExitDisc::metric)
                                                .orElse(0L)));
    }

    private long localPref(PathAttributes attributes) {
        boolean shutdown =
                attributes
                        .find(Communities.class)
                        .filter(c -> c.contains(Communities.GRACEFUL_SHUTDOWN))
                        .isPresent();
        if (source.external() && shutdown) {
            return 0; // RFC 8326: the last choice while the peer's router is being emptied
        }
        if (policy.localPref().isPresent()) {
            return policy.localPref().getAsLong();
        }
        return source.external()
                ? Route.DEFAULT_LOCAL_PREF
                : attributes
                        .find(LocalPref.class)
                        .map(LocalPref::preference)
                        .orElse(Route.DEFAULT_LOCAL_PREF);
    }

    /** Why no prefix with this path is taken; empty when that is not so. */
    private String rejectPath(PathAttributes attributes, InetAddress nextHop) {
        AsPath path = attributes.asPath();
        if (path.occurrences(localAsn) > policy.ownAsAllowed()) {
            // RFC 4271 9.1.2: a loop
            return "AS_PATH contains our own AS " + Integer.toUnsignedString(localAsn);
        }
        if (path.length() > MAXIMUM_AS_PATH_LENGTH) {
            return "AS_PATH is longer than " + MAXIMUM_AS_PATH_LENGTH;
        }
        if (path.hasSet() && !policy.acceptAsSet()) {
            return "AS_PATH contains an AS_SET (RFC 9774)";
        }
        if (source.external() && policy.enforceFirstAs()) {
            OptionalInt first = path.first();
            if (first.isEmpty() || first.getAsInt() != source.asn()) {
                return "AS_PATH does not start with the peer's AS "
                        + Integer.toUnsignedString(source.asn());
            }
        }
        if (attributes
                .find(OriginatorId.class)
                .filter(o -> o.bgpIdentifier() == localIdentifier)
                .isPresent()) {
            return "ORIGINATOR_ID is our own (RFC 4456 8)";
        }
        return rejectNextHop(nextHop);
    }

    /** RFC 4271 6.3: a next hop that makes no sense costs the route, not the session. */
    private String rejectNextHop(InetAddress nextHop) {
        String text = nextHop.getHostAddress();
        Nlri host = Nlri.host(nextHop);
        boolean linkLocal = nextHop.isLinkLocalAddress();
        boolean martian =
                THIS_NETWORK.covers(host)
                        || (!linkLocal && MARTIANS.stream().anyMatch(m -> m.covers(host)));
        if (martian) {
            return "next hop " + text + " is not the address of a host";
        }
        if (ownAddresses.contains(nextHop)) {
            return "next hop " + text + " is our own address";
        }
        boolean familyKnown =
                policy.connected().stream()
                        .anyMatch(c -> c.isIpv4() == (nextHop.getAddress().length == 4));
        if (familyKnown
                && !nextHop.equals(source.address())
                && policy.connected().stream().noneMatch(c -> c.contains(nextHop))) {
            return "next hop " + text + " is not on the link to the peer";
        }
        return "";
    }

    private String rejectPrefix(Nlri nlri) {
        boolean defaultRoute = nlri.length() == 0;
        if (!policy.accept().permits(nlri)) {
            return "not in the accept list";
        }
        if (defaultRoute && policy.accept().namesDefaultRoute(nlri)) {
            return ""; // covers everything, and the operator asked for just that
        }
        for (ProtectedPrefix protectedPrefix : protectedPrefixes) {
            if (protectedPrefix.binds(source.kind()) && nlri.overlaps(protectedPrefix.prefix())) {
                return (nlri.covers(protectedPrefix.prefix()) ? "covers " : "lies within ")
                        + protectedPrefix.what()
                        + " ("
                        + protectedPrefix.prefix()
                        + ")";
            }
        }
        if (defaultRoute) {
            return "a default route is taken only if the accept list names it";
        }
        for (Nlri martian : MARTIANS) {
            if (martian.covers(nlri)) {
                return "lies within " + martian + ", which is not routed";
            }
        }
        return THIS_NETWORK.covers(nlri) ? "lies within 0.0.0.0/8, which is not routed" : "";
    }
}
