package culvert.ike;

import java.util.EnumMap;
import java.util.Map;

/**
 * At most one deadline for each timer of a thing. Times are compared by difference, so that the
 * clock may wrap.
 */
final class Deadlines<T extends Enum<T>> {
    /** What {@link #earliestNanos} says when no timer is set. */
    static final long NONE = Long.MAX_VALUE;

    private final Map<T, Long> atNanos;

    Deadlines(Class<T> timers) {
        atNanos = new EnumMap<>(timers);
    }

    void set(T timer, long deadlineNanos) {
        atNanos.put(timer, deadlineNanos);
    }

    boolean isSet(T timer) {
        return atNanos.containsKey(timer);
    }

    void clear(T timer) {
        atNanos.remove(timer);
    }

    void clearAll() {
        atNanos.clear();
    }

    /** Whether the timer's time has come; it is cleared then, so that it fires once. */
    boolean fires(T timer, long nowNanos) {
        Long deadlineNanos = atNanos.get(timer);
        if (deadlineNanos == null || deadlineNanos - nowNanos > 0) {
            return false;
        }
        clear(timer);
        return true;
    }

    /** How long until the timer fires, 0 when it is due or not set. */
    long remainingNanos(T timer, long nowNanos) {
        Long deadlineNanos = atNanos.get(timer);
        return deadlineNanos == null ? 0 : Math.max(0, deadlineNanos - nowNanos);
    }

    long earliestNanos(long nowNanos) {
        long earliest = NONE;
        for (long deadlineNanos : atNanos.values()) {
            earliest = earlier(earliest, deadlineNanos, nowNanos);
        }
        return earliest;
    }

    /** The deadline that comes first; either may be {@link #NONE}. */
    static long earlier(long a, long b, long nowNanos) {
        if (a == NONE || b == NONE) {
            return a == NONE ? b : a;
        }
        return a - nowNanos <= b - nowNanos ? a : b;
    }
}
