package culvert.esp;

import java.util.Arrays;

/** How long batches of packets were held, sampled, as the counts of a histogram. */
public final class LatencyCounts {
    /** From a packet alone on an idle machine to a send that had to wait for room. */
    private static final long[] BOUNDS_NANOS = {
        5_000,
        10_000,
        20_000,
        50_000,
        100_000,
        200_000,
        500_000,
        1_000_000,
        2_000_000,
        5_000_000,
        10_000_000,
        50_000_000
    };

    public static final LatencyCounts NONE =
            new LatencyCounts(new long[BOUNDS_NANOS.length + 1], 0);

    private final long[] counts;
    private final long sumNanos;

    LatencyCounts(long[] counts, long sumNanos) {
        this.counts = counts.clone();
        this.sumNanos = sumNanos;
    }

    /** Upper bounds, included, ascending; above the last there is one more bucket. */
    public static long[] boundsNanos() {
        return BOUNDS_NANOS.clone();
    }

    /** Batches in each bucket. */
    public long[] counts() {
        return counts.clone();
    }

    /** All that were measured. */
    public long batches() {
        return Arrays.stream(counts).sum();
    }

    public long sumNanos() {
        return sumNanos;
    }
}
