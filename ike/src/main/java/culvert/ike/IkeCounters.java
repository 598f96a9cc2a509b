package culvert.ike;

import java.util.EnumMap;
import java.util.Map;

/** A value for each {@link IkeCounter}, since the start of the process. */
public final class IkeCounters {
    private final Map<IkeCounter, Long> values;

    IkeCounters() {
        this(new EnumMap<>(IkeCounter.class));
    }

    private IkeCounters(Map<IkeCounter, Long> values) {
        this.values = values;
    }

    public long get(IkeCounter counter) {
        return values.getOrDefault(counter, 0L);
    }

    void increment(IkeCounter counter) {
        values.merge(counter, 1L, Long::sum);
    }

    IkeCounters snapshot() {
        return new IkeCounters(new EnumMap<>(values));
    }
}
