package culvert.gateway.routing;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/**
 * Does something once nothing has stirred for a while, or after a longer while if it never ends.
 * Belongs to the loop.
 */
public final class Lull {
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final EventLoop loop;
    private final Runnable work;
    private boolean waiting;
    private long firstNanos;
    private long lastNanos;

    public Lull(EventLoop loop, Runnable work) {
        this.loop = loop;
        this.work = work;
    }

    /** Something stirs. */
    public void stir() {
        lastNanos = loop.ticker().nanoTime();
        if (!waiting) {
            waiting = true;
            firstNanos = lastNanos;
            loop.schedule(this::look, QUIET_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        long dueNanos = Math.min(lastNanos - firstNanos + QUIET_NANOS, LONGEST_NANOS);
        long leftNanos = dueNanos - (loop.ticker().nanoTime() - firstNanos);
        if (leftNanos > 0) {
            loop.schedule(this::look, leftNanos, TimeUnit.NANOSECONDS);
        } else {
            waiting = false;
            work.run();
        }
    }
}
