package culvert.bgp;

import java.time.Duration;
import java.util.Arrays;
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

    private final long[] deadlinesNanos = new long[Timer.values().length];
    private final RandomGenerator random;

    BgpTimers(RandomGenerator random) {
        this.random = random;
        clear();
    }

    void set(Timer timer, Duration after, long nowNanos) {
        deadlinesNanos[timer.ordinal()] = nowNanos + after.toNanos();
    }

    /** RFC 4271 10: a random 75 to 100 % of the time, lest many speakers act in step. */
    void setJittered(Timer timer, Duration after, long nowNanos) {
        long nanos = after.toNanos();
        set(timer, Duration.ofNanos(nanos - (long) (nanos / 4 * random.nextDouble())), nowNanos);
    }

    void stop(Timer timer) {
        deadlinesNanos[timer.ordinal()] = NEVER;
    }

    void clear() {
        Arrays.fill(deadlinesNanos, NEVER);
    }

    boolean isRunning(Timer timer) {
        return deadlinesNanos[timer.ordinal()] != NEVER;
    }

    /** Whether the timer has run out; it then runs no more. */
    boolean takeExpired(Timer timer, long nowNanos) {
        boolean expired = deadlinesNanos[timer.ordinal()] <= nowNanos && isRunning(timer);
        if (expired) {
            stop(timer);
        }
        return expired;
    }

    /** The earliest deadline, {@link #NEVER} when no timer runs. */
    long nextNanos() {
        long next = NEVER;
        for (long deadline : deadlinesNanos) {
            next = Math.min(next, deadline);
        }
        return next;
    }
}
