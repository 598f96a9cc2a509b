package culvert.ike;

import java.util.Arrays;

/**
 * One deadline for each timer of a thing. Times are compared by difference, so that the clock may
 * wrap.
 */
final class Deadlines<T extends Enum<T>> {
    /** What {@link #earliestNanos} says when no timer is set. */
    static final long NONE = Long.MAX_VALUE;

    private final long[] atNanos;
    private final boolean[] set;

    Deadlines(Class<T> timers) {
        int count = timers.getEnumConstants().length;
        atNanos = new long[count];
        set = new boolean[count];
    }

    void set(T timer, long deadlineNanos) {
        atNanos[timer.ordinal()] = deadlineNanos;
        set[timer.ordinal()] = true;
    }

    boolean isSet(T timer) {
        return set[timer.ordinal()];
    }

    void clear(T timer) {
        set[timer.ordinal()] = false;
    }

    void clearAll() {
        Arrays.fill(set, false);
    }

    /** Whether the timer's time has come; it is cleared then, so that it fires once. */
    boolean fires(T timer, long nowNanos) {
        if (!set[timer.ordinal()] || atNanos[timer.ordinal()] - nowNanos > 0) {
            return false;
        }
        clear(timer);
        return true;
    }

    /** How long until the timer fires, 0 when it is due or not set. */
    long remainingNanos(T timer, long nowNanos) {
        return set[timer.ordinal()] ? Math.max(0, atNanos[timer.ordinal()] - nowNanos) : 0;
    }

    long earliestNanos(long nowNanos) {
        long earliest = NONE;
        for (int i = 0; i < set.length; i++) {
            if (set[i]) {
                earliest = earlier(earliest, atNanos[i], nowNanos);
            }
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
