package culvert.gateway.daemon;

import culvert.bgp.message.Cease;
import culvert.ike.IkeEndpoint;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes tunnels out of service in order: their packets take others as far as there are any, the BGP
 * peers are told while the tunnels still carry it, then the SAs are deleted. Waits, so it does not
 * run on the control loop.
 */
final class Departure {
    private static final Logger log = LoggerFactory.getLogger(Departure.class);

    /** How long the peers' answers to our DELETEs are waited for. */
    private static final long DELETE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What a NOTIFICATION needs to leave through a tunnel before its SA is deleted. */
    static final long GOODBYE_MILLIS = 50;

    /** Longer than draining takes: a loop that hangs must not keep the process. */
    private static final long DRAIN_SECONDS = 3;

    private final EventLoop loop;
    private final IkeEndpoint endpoint;
    private final TrafficRouting routing;

    Departure(EventLoop loop, IkeEndpoint endpoint, TrafficRouting routing) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.routing = routing;
    }

    /**
     * Returns when the peers have answered, or had a second to.
     *
     * @param delete deletes the SAs; runs on the loop
     */
    void of(Set<String> tunnels, Cease reason, String words, Runnable delete)
            throws InterruptedException {
        if (tunnels.isEmpty()) {
            return;
        }
        CountDownLatch drained = new CountDownLatch(1);
        loop.execute(() -> routing.closing().drain(tunnels, drained::countDown));
        if (!drained.await(DRAIN_SECONDS, TimeUnit.SECONDS)) {
            log.warn("the tunnels were not empty in time");
        }
        Future<Boolean> told = loop.submit(() -> routing.sayGoodbye(tunnels, reason, words));
        if (told.await().isSuccess() && told.getNow()) {
            Thread.sleep(GOODBYE_MILLIS);
        }
        loop.submit(delete).await();
        long deadlineNanos = System.nanoTime() + DELETE_WAIT_NANOS;
        while (System.nanoTime() - deadlineNanos < 0 && anyHasIkeSa(tunnels)) {
            Thread.sleep(10);
        }
    }

    private boolean anyHasIkeSa(Set<String> tunnels) throws InterruptedException {
        Future<Boolean> answer =
                loop.submit(
                        () ->
                                tunnels.stream()
                                        .map(name -> endpoint.status(name, System.nanoTime()))
                                        .anyMatch(status -> status.ike().isPresent()));
        return answer.await().isSuccess() && answer.getNow();
    }
}
