package culvert.esp;

import culvert.tunio.Poller;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A platform thread that runs one packet path: works while there is work, then sleeps until one of
 * its descriptors is readable or a command arrives.
 */
final class DataplaneThread implements Runnable {
    private static final long NO_LIMIT = -1;

    // After an error such as an interface that is down: not spinning, yet soon back.
    private static final long TROUBLE_PAUSE_NANOS = 10_000_000;
    private static final long FAULT_INTERVAL_NANOS = 1_000_000_000;

    private final PacketPath path;
    private final Poller poller;
    private final DataplaneEvents events;
    private final Thread thread;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile int answered;
    private volatile boolean stopping;
    private long lastFaultNanos = System.nanoTime() - FAULT_INTERVAL_NANOS;

    /**
     * @param name the role, as a thread dump shows it
     * @param fds one is readable when the path has something to take in
     */
    DataplaneThread(String name, PacketPath path, DataplaneEvents events, int... fds) {
        this.path = path;
        this.events = events;
        poller = new Poller(fds);
        thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** Has the thread look at its commands soon. From any thread. */
    void wake() {
        poller.wake();
    }

    String name() {
        return thread.getName();
    }

    /**
     * Whether the thread has come round since the call before this one; wakes it to do so again.
     * False for a thread that hangs in a batch, has ended, or was never started. One asker.
     */
    boolean comesRound() {
        boolean came = answered == asked.get();
        asked.incrementAndGet();
        poller.wake();
        return came;
    }

    /** Asks the thread to end. */
    void stop() {
        stopping = true;
        poller.wake();
    }

    /** Whether the thread has ended, or never began, within the time. */
    boolean awaitEnd(long timeoutNanos) {
        if (thread.getState() == Thread.State.NEW) {
            path.close();
        } else if (!join(timeoutNanos)) {
            return false;
        }
        poller.close();
        return true;
    }

    private boolean join(long timeoutNanos) {
        try {
            return thread.join(Duration.ofNanos(Math.max(timeoutNanos, 1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void run() {
        try (path) {
            while (!stopping) {
                answer();
                int work = doWork();
                if (work == 0) {
                    sleep();
                } else if (work == PacketPath.TROUBLE) {
                    LockSupport.parkNanos(TROUBLE_PAUSE_NANOS);
                }
            }
        }
    }

    private void sleep() {
        poller.await(NO_LIMIT);
        if (poller.sawError()) {
            path.errorPending();
        }
    }

    /** Once a batch, and the answer is written only when there is a new question. */
    private void answer() {
        int question = asked.get();
        if (answered != question) {
            answered = question;
        }
    }

    /** A fault of ours in one batch must not end the tunnel. */
    private int doWork() {
        try {
            return path.doWork();
        } catch (Throwable e) {
            path.abandonBatch();
            long nowNanos = System.nanoTime();
            if (nowNanos - lastFaultNanos >= FAULT_INTERVAL_NANOS) {
                lastFaultNanos = nowNanos;
                events.fault(thread.getName(), e);
            }
            return PacketPath.TROUBLE;
        }
    }
}
