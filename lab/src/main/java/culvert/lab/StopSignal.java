package culvert.lab;

import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** SIGTERM as a wish: a probe ends its work early, and still reports before its process ends. */
final class StopSignal implements BooleanSupplier, AutoCloseable {
    private final CountDownLatch reported = new CountDownLatch(1);
    private volatile boolean stopped;

    StopSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-signal"));
    }

    private void stop() {
        stopped = true;
        try {
            reported.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean getAsBoolean() {
        return stopped;
    }

    /** The report is written: the process may end. */
    @Override
    public void close() {
        reported.countDown();
    }
}
