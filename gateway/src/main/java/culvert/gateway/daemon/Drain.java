package culvert.gateway.daemon;

import culvert.gateway.log.LogKey;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until a tunnel that is to be closed is empty: our packets go elsewhere already, and the
 * peer has been told to send by another one. Done when hardly anything comes in any more, or when
 * the peer has had time enough.
 */
final class Drain {
    private static final Logger log = LoggerFactory.getLogger(Drain.class);
    private static final long STEP_MILLIS = 100;

    /** What the peer needs to choose anew, at least. */
    private static final int FEWEST_STEPS = 5;

    /** Echo replies and BGP's own packets still come, in a step of 100 ms no more than these. */
    private static final long QUIET_PACKETS = 2;

    private static final int QUIET_STEPS = 2;

    private final EventLoop loop;
    private final String tunnel;
    private final LongSupplier packetsIn;
    private final int mostSteps;
    private final Runnable done;
    private long before;
    private int steps;
    private int quiet;
    private boolean cancelled;

    private Drain(
            EventLoop loop, String tunnel, LongSupplier packetsIn, long mostMillis, Runnable done) {
        this.loop = loop;
        this.tunnel = tunnel;
        this.packetsIn = packetsIn;
        this.mostSteps = (int) (mostMillis / STEP_MILLIS);
        this.done = done;
        this.before = packetsIn.getAsLong();
    }

    /**
     * Begins to watch.
     *
     * @param packetsIn counts what comes in by the tunnel
     * @param done runs on the loop, once, unless {@link #cancel} comes first
     */
    static Drain start(
            EventLoop loop, String tunnel, LongSupplier packetsIn, long mostMillis, Runnable done) {
        Drain drain = new Drain(loop, tunnel, packetsIn, mostMillis, done);
        log.atInfo()
                .addKeyValue(LogKey.TUNNEL, tunnel)
                .addKeyValue(LogKey.EVENT, "drain")
                .log("is emptied before it closes");
        loop.schedule(drain::step, STEP_MILLIS, TimeUnit.MILLISECONDS);
        return drain;
    }

    void cancel() {
        cancelled = true;
    }

    private void step() {
        if (cancelled) {
            return;
        }
        long now = packetsIn.getAsLong();
        quiet = now - before <= QUIET_PACKETS ? quiet + 1 : 0;
        before = now;
        steps++;
        if ((steps >= FEWEST_STEPS && quiet >= QUIET_STEPS) || steps >= mostSteps) {
            log.atInfo()
                    .addKeyValue(LogKey.TUNNEL, tunnel)
                    .addKeyValue(LogKey.EVENT, "drained")
                    .log(
                            quiet >= QUIET_STEPS
                                    ? "is empty after {} ms"
                                    : "still carries packets after {} ms, and closes",
                            steps * STEP_MILLIS);
            done.run();
            return;
        }
        loop.schedule(this::step, STEP_MILLIS, TimeUnit.MILLISECONDS);
    }
}
