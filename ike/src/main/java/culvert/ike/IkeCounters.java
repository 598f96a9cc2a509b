package culvert.ike;

/** A value for each {@link IkeCounter}, since the start of the process. */
public final class IkeCounters {
    private final long[] values;

    IkeCounters() {
        this(new long[IkeCounter.values().length]);
    }

    private IkeCounters(long[] values) {
        this.values = values;
    }

    public long get(IkeCounter counter) {
        return values[counter.ordinal()];
    }

    void increment(IkeCounter counter) {
        values[counter.ordinal()]++;
    }

    IkeCounters snapshot() {
        return new IkeCounters(values.clone());
    }
}
