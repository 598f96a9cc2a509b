package culvert.perf;

import culvert.lab.ControlSocket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks a daemon for its status over and over: the longest answer is the longest that its control
 * loop kept anybody waiting, keepalives and IKE alike.
 */
final class LoopWatch implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(20);

    private final AtomicLong longestNanos = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    LoopWatch(ControlSocket control) {
        thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("loop-watch")
                        .start(
                                () -> {
                                    while (!closed) {
                                        long startNanos = System.nanoTime();
                                        control.ask("status json");
                                        long tookNanos = System.nanoTime() - startNanos;
                                        longestNanos.accumulateAndGet(tookNanos, Math::max);
                                        pause();
                                    }
                                });
    }

    private static void pause() {
        try {
            Thread.sleep(INTERVAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PerfException("interrupted");
        }
    }

    double longestMillis() {
        return longestNanos.get() / 1e6;
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
