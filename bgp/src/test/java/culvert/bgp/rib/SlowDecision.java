package culvert.bgp.rib;

import culvert.bgp.message.PathAttribute.ClusterList;
import culvert.bgp.message.PathAttribute.OriginatorId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** The decision process as a list of rules "drop every route that another one beats". */
final class SlowDecision {
    private SlowDecision() {}

    static Route best(List<Route> candidates) {
        List<Route> left = candidates;
        left = lowest(left, r -> -r.weight());
        left = lowest(left, r -> -r.localPref());
        left = lowest(left, r -> r.source().isLocal() ? 0 : 1);
        left = lowest(left, r -> r.attributes().asPath().length());
        left = lowest(left, r -> r.attributes().origin().value());
        List<Route> rivals = left;
        left =
                keep(
                        left,
                        r ->
                                rivals.stream()
                                        .noneMatch(
                                                o ->
                                                        o.attributes()
                                                                        .asPath()
                                                                        .first()
                                                                        .equals(
                                                                                r.attributes()
                                                                                        .asPath()
                                                                                        .first())
                                                                && o.multiExitDisc()
                                                                        < r.multiExitDisc()));
        if (left.stream().anyMatch(r -> r.source().external())) {
            left = keep(left, r -> r.source().external());
            left = lowest(left, Route::receivedNanos);
        }
        left =
                lowest(
                        left,
                        r ->
                                Integer.toUnsignedLong(
                                        r.attributes()
                                                .find(OriginatorId.class)
                                                .map(OriginatorId::bgpIdentifier)
                                                .orElse(r.source().bgpIdentifier())));
        left =
                lowest(
                        left,
                        r ->
                                r.attributes()
                                        .find(ClusterList.class)
                                        .map(c -> c.clusterIds().size())
                                        .orElse(0));
        return left.stream()
                .min(
                        Comparator.comparing(
                                        (Route r) -> r.source().address().getAddress(),
                                        Arrays::compareUnsigned)
                                .thenComparing(r -> r.source().peer()))
                .orElseThrow();
    }

    private static List<Route> lowest(List<Route> routes, ToLongFunction<Route> rank) {
        long lowest = routes.stream().mapToLong(rank).min().orElseThrow();
        return keep(routes, r -> rank.applyAsLong(r) == lowest);
    }

    private static List<Route> keep(List<Route> routes, Predicate<Route> which) {
        return routes.stream().filter(which).toList();
    }
}
