package culvert.gateway.daemon;

import culvert.esp.TrafficCounters;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a tunnel's counters grow, over the last {@value #SAMPLES} s or so. */
final class TrafficRate {
    static final int SAMPLES = 10;

    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanos, TrafficCounters counters) {}

    /** Per second. */
    record Rates(long packetsIn, long bytesIn, long packetsOut, long bytesOut) {}

    void sample(TrafficCounters counters, long nowNanos) {
        if (samples.size() > SAMPLES) {
            samples.removeFirst();
        }
        samples.addLast(new Sample(nowNanos, counters));
    }

    /** Zeros until there are two samples. */
    Rates rates() {
        if (samples.size() < 2) {
            return new Rates(0, 0, 0, 0);
        }
        Sample old = samples.getFirst();
        Sample young = samples.getLast();
        double seconds = Math.max(1, young.nanos() - old.nanos()) / 1e9;
        TrafficCounters from = old.counters();
        TrafficCounters to = young.counters();
        return new Rates(
                Math.round((to.packetsIn() - from.packetsIn()) / seconds),
                Math.round((to.bytesIn() - from.bytesIn()) / seconds),
                Math.round((to.packetsOut() - from.packetsOut()) / seconds),
                Math.round((to.bytesOut() - from.bytesOut()) / seconds));
    }
}
