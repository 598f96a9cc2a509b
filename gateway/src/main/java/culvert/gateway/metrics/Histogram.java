package culvert.gateway.metrics;

import java.math.BigDecimal;

/** How values are spread over fixed bounds; it only grows. One thread records and reads. */
public final class Histogram {
    private final double[] bounds;
    private final long[] counts;
    private double sum;

    /**
     * @param bounds upper, included, ascending; above the last there is one more bucket
     */
    public Histogram(double... bounds) {
        this.bounds = bounds.clone();
        this.counts = new long[bounds.length + 1];
    }

    /**
     * Of what was counted elsewhere.
     *
     * @param counts of each bucket, one more than bounds
     */
    public static Histogram of(double[] bounds, long[] counts, double sum) {
        Histogram histogram = new Histogram(bounds);
        System.arraycopy(counts, 0, histogram.counts, 0, bounds.length + 1);
        histogram.sum = sum;
        return histogram;
    }

    public void record(double value) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        counts[bucket]++;
        sum += value;
    }

    int buckets() {
        return counts.length;
    }

    /** As the label {@code le} says it. */
    String bound(int bucket) {
        return bucket < bounds.length
                ? BigDecimal.valueOf(bounds[bucket]).stripTrailingZeros().toPlainString()
                : "+Inf";
    }

    /** Values up to the bucket's bound. */
    long countUpTo(int bucket) {
        long count = 0;
        for (int i = 0; i <= bucket; i++) {
            count += counts[i];
        }
        return count;
    }

    double sum() {
        return sum;
    }
}
