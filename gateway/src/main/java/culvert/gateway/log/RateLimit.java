package culvert.gateway.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Lets each kind of line through at a bounded rate: a burst at once, then one per interval. What a
 * peer can provoke must not fill a disk.
 *
 * <p>Any thread may ask.
 */
final class RateLimit {
    static final int BURST = 30;
    static final long INTERVAL_NANOS = 1_000_000_000L;

    /** Kinds remembered; the one that was quiet longest is forgotten first. */
    static final int MOST_KINDS = 512;

    private final Map<String, Allowance> allowances = new LinkedHashMap<>(16, 0.75f, true);
    private long suppressed;

    private static final class Allowance {
        private long fullAtNanos;
        private long suppressed;

        Allowance(long nowNanos) {
            fullAtNanos = nowNanos;
        }
    }

    /**
     * Whether a line of this kind may pass now.
     *
     * @return empty when not; else how many of its kind were suppressed since the last that passed
     */
    synchronized OptionalLong ask(String kind, long nowNanos) {
        Allowance allowance = allowances.computeIfAbsent(kind, k -> new Allowance(nowNanos));
        if (allowances.size() > MOST_KINDS) {
            var eldest = allowances.entrySet().iterator();
            eldest.next();
            eldest.remove();
        }
        // The bucket is full again after a quiet time; each line that passes takes one interval.
        long debtNanos = Math.max(0, allowance.fullAtNanos - nowNanos);
        if (debtNanos > (BURST - 1) * INTERVAL_NANOS) {
            allowance.suppressed++;
            suppressed++;
            return OptionalLong.empty();
        }
        allowance.fullAtNanos = nowNanos + debtNanos + INTERVAL_NANOS;
        long missed = allowance.suppressed;
        allowance.suppressed = 0;
        return OptionalLong.of(missed);
    }

    synchronized int kinds() {
        return allowances.size();
    }

    /** Lines suppressed since the start. */
    synchronized long suppressed() {
        return suppressed;
    }
}
