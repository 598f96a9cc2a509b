package culvert.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LullTest {
    private final EmbeddedChannel time = new EmbeddedChannel();
    private final AtomicInteger done = new AtomicInteger();
    private final Lull lull = new Lull(time.eventLoop(), done::incrementAndGet);

    LullTest() {
        time.freezeTime();
    }

    private void pass(long millis) {
        time.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        time.runScheduledPendingTasks();
    }

    @Test
    void worksOnceWhenItHasBeenQuiet() {
        lull.stir();
        pass(150);
        lull.stir();
        pass(150);
        assertEquals(0, done.get(), "it stirred 150 ms ago");
        pass(100);
        assertEquals(1, done.get());
        pass(5000);
        assertEquals(1, done.get());
    }

    @Test
    void neverEndingStirsPostponeItForTwoSecondsAtMost() {
        for (int i = 0; i < 19; i++) {
            lull.stir();
            pass(100);
        }
        assertEquals(0, done.get());
        lull.stir();
        pass(101);
        assertEquals(1, done.get());
    }
}
