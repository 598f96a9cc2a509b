package culvert.gateway.daemon;

import culvert.gateway.control.ControlOutlet;
import culvert.gateway.control.ControlRequest.Format;
import culvert.gateway.control.ControlStream;
import culvert.gateway.log.EventRing;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One client of {@code events}: first what the ring holds, then what comes. On the control loop.
 */
final class EventFollower {
    private final EventRing ring;
    private final EventLoop loop;
    private final boolean json;
    private final ControlOutlet outlet;
    private final AtomicBoolean due = new AtomicBoolean();
    private long next;

    private EventFollower(EventRing ring, EventLoop loop, boolean json, ControlOutlet outlet) {
        this.ring = ring;
        this.loop = loop;
        this.json = json;
        this.outlet = outlet;
    }

    static ControlStream stream(EventRing ring, EventLoop loop, Format format, boolean follow) {
        return new ControlStream(
                outlet -> {
                    EventFollower follower =
                            new EventFollower(ring, loop, format == Format.JSON, outlet);
                    follower.drain();
                    if (!follow) {
                        outlet.end();
                        return () -> {};
                    }
                    return ring.listen(follower::happened);
                });
    }

    /** On the thread that logs: however many events come, one drain waits for the loop. */
    private void happened() {
        if (due.compareAndSet(false, true)) {
            loop.execute(this::drain);
        }
    }

    private void drain() {
        due.set(false);
        EventRing.Batch batch = ring.since(next, json);
        next = batch.next();
        StringBuilder text = new StringBuilder();
        batch.lines().forEach(text::append);
        if (!text.isEmpty()) {
            outlet.send(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
