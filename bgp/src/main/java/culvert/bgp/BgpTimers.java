package culvert.bgp;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Deadlines by name. */
final class BgpTimers {
    static final long NEVER = Long.MAX_VALUE;

    enum Timer {
        /** How long a peer stays idle after protocol errors (RFC 4271 8.1.1 IdleHoldTimer). */
        IDLE_HOLD,
        CONNECT_RETRY,
        HOLD,
        KEEPALIVE,
        /** How long the peer may not read (RFC 9687). */
        SEND_HOLD,
        /** How long a peer may take to come back (RFC 4724). */
        RESTART,
        /** How long routes from before a restart or refresh are kept. */
        STALE
    }

    private final Map<Timer, Long> deadlinesNanos = new EnumMap<>(Timer.class);
    private final RandomGenerator random;

    BgpTimers(RandomGenerator random) {
        this.random = random;
    }

    void set(Timer timer, Duration after, long nowNanos) {
        deadlinesNanos.put(timer, nowNanos + after.toNanos());
    }

    /** RFC 4271 10: a random 75 to 100 % of the time, lest many speakers act in step. */
    void setJittered(Timer timer, Duration after, long nowNanos) {
        double part = 1 - random.nextDouble() / 4;
        set(timer, Duration.ofNanos((long) (after.toNanos() * part)), nowNanos);
    }

    void stop(Timer timer) {
        deadlinesNanos.remove(timer);
    }

    void clear() {
        deadlinesNanos.clear();
    }

    boolean isRunning(Timer timer) {
        return deadlinesNanos.containsKey(timer);
    }

    /** Whether the timer has run out; it then runs no more. */
    boolean takeExpired(Timer timer, long nowNanos) {
        Long deadline = deadlinesNanos.get(timer);
        boolean expired = deadline != null && deadline <= nowNanos;
        if (expired) {
            stop(timer);
        }
        return expired;
    }

    /** The earliest deadline, {@link #NEVER} when no timer runs. */
    long nextNanos() {
        long next = NEVER;
        for (long deadline : deadlinesNanos.values()) {
            next = Math.min(next, deadline);
        }
        return next;
    }
}
