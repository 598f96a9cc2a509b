package culvert.bgp.rib;

import culvert.bgp.message.PathAttribute.ClusterList;
import culvert.bgp.message.PathAttribute.OriginatorId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/*
 * The decision process of RFC 4271 9.1.2, with the steps that every router adds to it. Each step
 * looks at the routes that the steps before left, and leaves the best of them.
 *
 *  1. highest weight                            local to this router, before any attribute
 *  2. highest LOCAL_PREF                        9.1.1
 *  3. our own routes
 *  4. shortest AS_PATH                          9.1.2.2 a
 *  5. lowest ORIGIN                             9.1.2.2 b
 *  6. lowest MULTI_EXIT_DISC per neighbor AS    9.1.2.2 c
 *  7. external over internal                    9.1.2.2 d
 *     (interior cost, 9.1.2.2 e: every next hop is on a link of ours, so all cost the same)
 *  -- what is left here may share the packets (multipath) --
 *  8. oldest, among external routes             so that equal paths do not flap
 *  9. lowest BGP identifier of the speaker      9.1.2.2 f, ORIGINATOR_ID in its place (RFC 4456 9)
 * 10. shortest CLUSTER_LIST                     RFC 4456 9
 * 11. lowest address of the peer                9.1.2.2 g, then its name: tunnels may share one
 */
/** Chooses among the routes of one prefix. */
public final class DecisionProcess {
    private final int maximumPaths;
    private final boolean relaxed;
    private Route[] left = new Route[8];
    private int count;

    /**
     * @param maximumPaths how many routes may share the packets of a prefix, 1 for the best alone
     * @param relaxed whether those may differ in the content of AS_PATH, at equal length
     */
    public DecisionProcess(int maximumPaths, boolean relaxed) {
        if (maximumPaths < 1) {
            throw new IllegalArgumentException("at least one path");
        }
        this.maximumPaths = maximumPaths;
        this.relaxed = relaxed;
    }

    /** Forgets the candidates of the prefix before. */
    void begin() {
        Arrays.fill(left, 0, count, null);
        count = 0;
    }

    void add(Route route) {
        if (count == left.length) {
            left = Arrays.copyOf(left, 2 * count);
        }
        left[count++] = route;
    }

    int count() {
        return count;
    }

    /** The choice among the candidates, of which there is at least one. */
    BestRoutes choose() {
        if (count == 1) {
            return left[0].alone();
        }
        keepLowest(r -> -(long) r.weight());
        keepLowest(r -> -r.localPref());
        keepLowest(r -> r.source().isLocal() ? 0 : 1);
        keepLowest(Route::asPathLength);
        keepLowest(r -> r.origin().value());
        keepLowestMetricOfEachNeighbor();
        keepLowest(r -> r.source().external() ? 0 : 1);
        Route[] equals = Arrays.copyOf(left, count);
        if (equals[0].source().external()) {
            keepOldest();
        }
        keepLowest(DecisionProcess::identifier);
        keepLowest(DecisionProcess::clusters);
        Route best = lowestAddress();
        return maximumPaths == 1 ? best.alone() : multipath(best, equals);
    }

    /** Choices for one list of candidates, for those who have it at hand. */
    public BestRoutes choose(List<Route> candidates) {
        begin();
        candidates.forEach(this::add);
        return choose();
    }

    private void keepLowest(ToLongFunction<Route> rank) {
        if (count == 1) {
            return;
        }
        long lowest = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            lowest = Math.min(lowest, rank.applyAsLong(left[i]));
        }
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (rank.applyAsLong(left[i]) == lowest) {
                left[kept++] = left[i];
            }
        }
        truncate(kept);
    }

    /** A metric compares only with those of the same AS (RFC 4271 9.1.2.2 c). */
    private void keepLowestMetricOfEachNeighbor() {
        boolean[] beaten = new boolean[count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                beaten[i] |=
                        left[i].neighborAs() == left[j].neighborAs()
                                && left[j].multiExitDisc() < left[i].multiExitDisc();
            }
        }
        int kept = 0;
        for (int i = 0; i < beaten.length; i++) {
            if (!beaten[i]) {
                left[kept++] = left[i];
            }
        }
        truncate(kept);
    }

    private void keepOldest() {
        long oldest = left[0].receivedNanos();
        for (int i = 1; i < count; i++) {
            if (left[i].receivedNanos() - oldest < 0) {
                oldest = left[i].receivedNanos();
            }
        }
        long time = oldest;
        keepLowest(r -> r.receivedNanos() - time);
    }

    private Route lowestAddress() {
        Route lowest = left[0];
        for (int i = 1; i < count; i++) {
            if (byAddress(left[i], lowest) < 0) {
                lowest = left[i];
            }
        }
        return lowest;
    }

    private BestRoutes multipath(Route best, Route[] equals) {
        List<Route> others = new ArrayList<>();
        for (Route route : equals) {
            boolean samePath =
                    relaxed || route.attributes().asPath().equals(best.attributes().asPath());
            if (route != best && samePath) {
                others.add(route);
            }
        }
        others.sort(DecisionProcess::byAddress);
        List<Route> paths = new ArrayList<>();
        paths.add(best);
        paths.addAll(others.subList(0, Math.min(others.size(), maximumPaths - 1)));
        return BestRoutes.of(paths);
    }

    private void truncate(int kept) {
        Arrays.fill(left, kept, count, null);
        count = kept;
    }

    private static long identifier(Route route) {
        return Integer.toUnsignedLong(
                route.attributes()
                        .find(OriginatorId.class)
                        .map(OriginatorId::bgpIdentifier)
                        .orElse(route.source().bgpIdentifier()));
    }

    private static long clusters(Route route) {
        return route.attributes().find(ClusterList.class).map(c -> c.clusterIds().size()).orElse(0);
    }

    private static int byAddress(Route a, Route b) {
        int order =
                Arrays.compareUnsigned(
                        a.source().address().getAddress(), b.source().address().getAddress());
        return order != 0 ? order : a.source().peer().compareTo(b.source().peer());
    }
}
