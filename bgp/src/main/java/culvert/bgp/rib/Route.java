package culvert.bgp.rib;

import culvert.bgp.message.AsPath;
import culvert.bgp.message.PathAttribute.LocalPref;
import culvert.bgp.message.PathAttribute.MultiExitDisc;
import culvert.bgp.message.PathAttribute.Origin;
import culvert.bgp.message.PathAttribute.OriginCode;
import culvert.bgp.message.PathAttribute.Path;
import culvert.bgp.message.PathAttributes;
import java.net.InetAddress;
import java.util.List;

/**
 * A path with what policy made of it (RFC 4271 1.1). All prefixes of one UPDATE that fare alike
 * share one route; it does not know them. Two routes are the same only if they are one object.
 */
public final class Route {
    public static final long DEFAULT_LOCAL_PREF = 100;

    /** Weight of our own routes, above all that are learned. */
    public static final int LOCAL_WEIGHT = 32_768;

    private final RouteSource source;
    private final PathAttributes attributes;
    private final InetAddress nextHop;
    private final long receivedNanos;
    private final String rejection;
    private final int weight;
    private final long localPref;
    private final long multiExitDisc;
    private final int asPathLength;
    private final OriginCode origin;
    private final int neighborAs;
    private final BestRoutes alone;

    private Route(
            RouteSource source,
            PathAttributes attributes,
            InetAddress nextHop,
            long receivedNanos,
            String rejection,
            int weight,
            long localPref,
            long multiExitDisc) {
        this.source = source;
        this.attributes = attributes;
        this.nextHop = nextHop;
        this.receivedNanos = receivedNanos;
        this.rejection = rejection;
        this.weight = weight;
        this.localPref = localPref;
        this.multiExitDisc = multiExitDisc;
        this.asPathLength = attributes.asPath().length();
        this.origin = attributes.origin();
        this.neighborAs = attributes.asPath().first().orElse(0);
        this.alone = BestRoutes.of(this);
    }

    /** A route that takes part in the decision process. */
    public static Route accepted(
            RouteSource source,
            PathAttributes attributes,
            InetAddress nextHop,
            long receivedNanos,
            int weight,
            long localPref,
            long multiExitDisc) {
        return new Route(
                source, attributes, nextHop, receivedNanos, "", weight, localPref, multiExitDisc);
    }

    /**
     * A route that is kept only to be shown.
     *
     * @param reason why it is not used, for people
     */
    public static Route rejected(
            RouteSource source,
            PathAttributes attributes,
            InetAddress nextHop,
            long receivedNanos,
            String reason) {
        long localPref =
                attributes
                        .find(LocalPref.class)
                        .map(LocalPref::preference)
                        .orElse(DEFAULT_LOCAL_PREF);
        long metric = attributes.find(MultiExitDisc.class).map(MultiExitDisc::metric).orElse(0L);
        return new Route(source, attributes, nextHop, receivedNanos, reason, 0, localPref, metric);
    }

    /** A route of our own. */
    public static Route originated(RouteSource local) {
        PathAttributes attributes =
                PathAttributes.of(List.of(new Origin(OriginCode.IGP), new Path(AsPath.EMPTY)));
        return accepted(local, attributes, local.address(), 0, LOCAL_WEIGHT, DEFAULT_LOCAL_PREF, 0);
    }

    public RouteSource source() {
        return source;
    }

    public PathAttributes attributes() {
        return attributes;
    }

    public InetAddress nextHop() {
        return nextHop;
    }

    /** When the route was heard first. */
    public long receivedNanos() {
        return receivedNanos;
    }

    public boolean isAccepted() {
        return rejection.isEmpty();
    }

    /** Why the route is not used, for people; empty when it is accepted. */
    public String rejection() {
        return rejection;
    }

    public int weight() {
        return weight;
    }

    public long localPref() {
        return localPref;
    }

    /** MULTI_EXIT_DISC, zero where there is none (RFC 4271 9.1.2.2 c). */
    public long multiExitDisc() {
        return multiExitDisc;
    }

    int asPathLength() {
        return asPathLength;
    }

    OriginCode origin() {
        return origin;
    }

    /** The AS that the path was heard from; zero for a path that starts here or with a set. */
    int neighborAs() {
        return neighborAs;
    }

    BestRoutes alone() {
        return alone;
    }

    /** Whether the other one differs only in its age. */
    boolean saysTheSameAs(Route other) {
        return weight == other.weight
                && localPref == other.localPref
                && multiExitDisc == other.multiExitDisc
                && rejection.equals(other.rejection)
                && attributes.equals(other.attributes)
                && nextHop.equals(other.nextHop)
                && source.equals(other.source);
    }
}
