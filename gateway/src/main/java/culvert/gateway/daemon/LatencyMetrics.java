package culvert.gateway.daemon;

import culvert.esp.LatencyCounts;
import culvert.gateway.metrics.Exposition;
import culvert.gateway.metrics.Histogram;
import java.util.Arrays;
import java.util.List;

/** How long packets are in the process. */
final class LatencyMetrics {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double[] BOUNDS =
            Arrays.stream(LatencyCounts.boundsNanos())
                    .mapToDouble(n -> n / NANOS_PER_SECOND)
                    .toArray();

    private LatencyMetrics() {}

    static void write(Exposition page, List<StatusReport.Tunnel> tunnels) {
        var latency =
                page.histogram(
                        "culvert_datapath_latency_seconds",
                        "From the read of a batch's first packet until its last one was passed on; sampled.");
        for (StatusReport.Tunnel tunnel : tunnels) {
            String name = tunnel.name();
            latency.sample(of(tunnel.traffic().latencyIn()), "tunnel", name, "direction", "in");
            latency.sample(of(tunnel.traffic().latencyOut()), "tunnel", name, "direction", "out");
        }
    }

    private static Histogram of(LatencyCounts counts) {
        return Histogram.of(BOUNDS, counts.counts(), counts.sumNanos() / NANOS_PER_SECOND);
    }
}
