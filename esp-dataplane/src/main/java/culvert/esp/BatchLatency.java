package culvert.esp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How long one packet path holds its packets: the time from the read of a batch's first packet
 * until its last one was passed on, which no packet of the batch exceeds. One batch in {@value
 * #ONE_IN} is measured, at the cost of one look at the clock. Written by the path's thread alone,
 * read by anyone.
 */
final class BatchLatency {
    static final int ONE_IN = 8;

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final long[] BOUNDS_NANOS = LatencyCounts.boundsNanos();
    private static final int SUM = BOUNDS_NANOS.length + 1;

    private final long[] values = new long[SUM + 1];
    private int batches;

    /**
     * A batch has been passed on.
     *
     * @param firstNanos when its first packet had been read
     */
    void batch(long firstNanos) {
        if (++batches % ONE_IN == 0) {
            record(System.nanoTime() - firstNanos);
        }
    }

    void record(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        ELEMENT.setOpaque(values, bucket, values[bucket] + 1);
        ELEMENT.setOpaque(values, SUM, values[SUM] + nanos);
    }

    LatencyCounts counts() {
        long[] buckets = new long[SUM];
        for (int i = 0; i < SUM; i++) {
            buckets[i] = (long) ELEMENT.getOpaque(values, i);
        }
        return new LatencyCounts(buckets, (long) ELEMENT.getOpaque(values, SUM));
    }
}
