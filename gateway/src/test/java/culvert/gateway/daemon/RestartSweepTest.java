package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RestartSweepTest {
    private final EventLoop loop = new DefaultEventLoop();
    private int sweeps;

    @AfterEach
    void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private RestartSweep sweep(List<List<String>> connections) {
        RestartSweep sweep = new RestartSweep(loop, connections, () -> sweeps++);
        sweep.start();
        return sweep;
    }

    @Test
    void comesAtOnceWithoutBgp() {
        assertTrue(sweep(List.of()).isDone());
        assertEquals(1, sweeps);
    }

    @Test
    void comesOnceWhenEveryPeerHasAnnouncedAll() {
        RestartSweep sweep = sweep(List.of(List.of("a1", "a2"), List.of("b1")));
        sweep.complete("a1");
        sweep.complete("a1");
        sweep.complete("b1");
        assertFalse(sweep.isDone());
        sweep.complete("a2");
        assertTrue(sweep.isDone());
        sweep.complete("a2");
        assertEquals(1, sweeps);
    }
}
