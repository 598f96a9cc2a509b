package culvert.bgp.rib;

import culvert.bgp.message.AsPath;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.PathAttribute;
import culvert.bgp.message.PathAttribute.Communities;
import culvert.bgp.message.PathAttribute.LocalPref;
import culvert.bgp.message.PathAttribute.MultiExitDisc;
import culvert.bgp.message.PathAttribute.Opaque;
import culvert.bgp.message.PathAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/** Turns best routes into what a peer is told of them, or into nothing. */
public final class ExportFilter {
    private final ExportPolicy policy;
    private final RouteSource peer;
    private final int localAsn;
    private final Route defaultRoute;
    private final Map<Route, PathAttributes> written = new WeakHashMap<>();

    /**
     * @param peer whom the routes are for
     * @param local source of our own routes
     */
    public ExportFilter(ExportPolicy policy, RouteSource peer, RouteSource local) {
        this.policy = policy;
        this.peer = peer;
        this.localAsn = local.asn();
        this.defaultRoute = Route.originated(local);
    }

    /** The attributes to announce the prefix with, or nothing when it is not for this peer. */
    public Optional<PathAttributes> export(Nlri nlri, Optional<BestRoutes> chosen) {
        if (nlri.length() == 0 && policy.originateDefault()) {
            return Optional.of(attributes(defaultRoute));
        }
        return chosen.map(BestRoutes::best)
                .filter(route -> isFor(nlri, route))
                .map(this::attributes);
    }

    private boolean isFor(Nlri nlri, Route route) {
        return goesTo(route.source()) && obstacle(nlri, route).isEmpty();
    }

    /**
     * Routes go between site and tunnels only: never back, never from tunnel to tunnel, which would
     * make the site a transit, and never among the site's own routers (RFC 4271 9.2).
     */
    private boolean goesTo(RouteSource source) {
        return source.isLocal() || source.kind() != peer.kind();
    }

    /**
     * Why a prefix that could be for this peer is not announced, for people; empty when it is, or
     * is for others only.
     */
    public String withheld(Nlri nlri, Route best) {
        boolean replaced = nlri.length() == 0 && policy.originateDefault();
        return replaced || !goesTo(best.source()) ? "" : obstacle(nlri, best);
    }

    private String obstacle(Nlri nlri, Route route) {
        // What another gateway of the site heard from this AS, and a router of the site told us:
        // the peer would find the loop (RFC 4271 9.1.2), but count it against our limit.
        if (peer.external() && route.attributes().asPath().occurrences(peer.asn()) > 0) {
            return "it came through AS " + Integer.toUnsignedString(peer.asn()) + " already";
        }
        if (isKeptBack(route)) {
            return "its community says not to announce it";
        }
        if (policy.advertise().permits(nlri)) {
            return "";
        }
        String denial = policy.advertise().denial(nlri);
        return denial.isEmpty() ? "not in the advertise list" : "the advertise list has " + denial;
    }

    /** RFC 1997: well-known communities. */
    private boolean isKeptBack(Route route) {
        Optional<Communities> communities = route.attributes().find(Communities.class);
        return communities
                .filter(
                        c ->
                                c.contains(Communities.NO_ADVERTISE)
                                        || (peer.external()
                                                && (c.contains(Communities.NO_EXPORT)
                                                        || c.contains(
                                                                Communities.NO_EXPORT_SUBCONFED))))
                .isPresent();
    }

    private PathAttributes attributes(Route route) {
        return written.computeIfAbsent(route, this::write);
    }

    private PathAttributes write(Route route) {
        List<PathAttribute> out = new ArrayList<>();
        for (PathAttribute attribute : route.attributes().all()) {
            switch (attribute) {
                case PathAttribute.Origin o -> out.add(o);
                case PathAttribute.Path p -> out.add(new PathAttribute.Path(path(p.asPath())));
                case PathAttribute.AtomicAggregate a -> out.add(a);
                case PathAttribute.Aggregator a -> out.add(a);
                case Communities c -> out.add(c);
                case PathAttribute.LargeCommunities l -> out.add(l);
                case PathAttribute.ExtendedCommunities e -> {
                    PathAttribute.ExtendedCommunities kept = peer.external() ? e.transitive() : e;
                    if (!kept.values().isEmpty()) {
                        out.add(kept);
                    }
                }
                // RFC 4271 5: who passes on what it does not know says so.
                case Opaque o -> out.add(new Opaque(o.typeCode(), true, o.value()));
                // Both are set below; a neighbor's metric never reaches a third AS (5.1.4).
                case MultiExitDisc m -> {}
                case LocalPref l -> {}
                // RFC 4456 8: for reflectors, which we are not.
                case PathAttribute.OriginatorId o -> {}
                case PathAttribute.ClusterList c -> {}
            }
        }
        if (policy.multiExitDisc().isPresent()) {
            out.add(new MultiExitDisc(policy.multiExitDisc().getAsLong()));
        } else if (!peer.external() && route.attributes().find(MultiExitDisc.class).isPresent()) {
            out.add(new MultiExitDisc(route.multiExitDisc()));
        }
        if (!peer.external()) {
            out.add(new LocalPref(policy.localPref().orElse(route.localPref())));
        }
        return PathAttributes.of(out);
    }

    private AsPath path(AsPath path) {
        // RFC 4271 5.1.2: an internal peer gets the path as it is.
        return peer.external() ? path.prepended(localAsn, 1 + policy.prepend()) : path;
    }
}
