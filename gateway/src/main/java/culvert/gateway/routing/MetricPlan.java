package culvert.gateway.routing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The MULTI_EXIT_DISC that each peer is told, so that the other side's packets come by the tunnels
 * that we want them in. While all tunnels are well it is what the file says. When one is not, the
 * others' become better at once, all the way down to zero: the other side may learn of the death
 * only when its own timers run out, but compares the metrics now. What cannot be bettered for the
 * others is worsened for the one, whose session may still be heard.
 */
public final class MetricPlan {
    /** Added for a tunnel that is to be left alone. */
    static final long WORSE = 1000;

    private MetricPlan() {}

    /**
     * What the plan depends on.
     *
     * @param peerAsn metrics are compared among sessions with the same AS (RFC 4271 9.1.2.2 c)
     * @param metric from the file
     * @param leaving about to be taken down
     */
    public record Link(
            String tunnel, int peerAsn, long metric, Standing standing, boolean leaving) {}

    /** The metric of each tunnel. */
    public static Map<String, Long> of(List<Link> links) {
        Map<Integer, List<Link>> byAsn = new LinkedHashMap<>();
        links.forEach(l -> byAsn.computeIfAbsent(l.peerAsn, a -> new ArrayList<>()).add(l));
        Map<String, Long> metrics = new HashMap<>();
        byAsn.values().forEach(group -> plan(group, metrics));
        return metrics;
    }

    private static void plan(List<Link> group, Map<String, Long> metrics) {
        long best =
                group.stream().filter(MetricPlan::isGood).mapToLong(Link::metric).min().orElse(0);
        boolean mixed =
                group.stream().anyMatch(MetricPlan::isGood)
                        && !group.stream().allMatch(MetricPlan::isGood);
        for (Link link : group) {
            long metric = link.metric;
            if (link.leaving || (mixed && !isGood(link))) {
                metric += WORSE;
            } else if (mixed) {
                metric -= best;
            }
            metrics.put(link.tunnel, metric);
        }
    }

    private static boolean isGood(Link link) {
        return link.standing == Standing.GOOD && !link.leaving;
    }
}
