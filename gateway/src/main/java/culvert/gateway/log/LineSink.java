package culvert.gateway.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * Lines on their way out of the process, written by a thread of their own: a terminal that is
 * stopped, a journal that hangs or a disk that is full must not hold up a tunnel. At most {@value
 * #MOST_WAITING} lines wait; those that find no room, and those that the stream refuses, are lost
 * and counted.
 */
public final class LineSink {
    static final int MOST_WAITING = 1024;

    private final OutputStream stream;
    private final LongFunction<String> lossReport;
    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicLong offered = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    /** For lines whose loss is told elsewhere, if at all. */
    public LineSink(OutputStream stream) {
        this(stream, count -> "");
    }

    /**
     * @param lossReport what is written once the stream takes lines again, from how many were lost
     */
    LineSink(OutputStream stream, LongFunction<String> lossReport) {
        this.stream = stream;
        this.lossReport = lossReport;
    }

    /** Never waits. One element is written at once, so lines of several threads do not mix. */
    public void offer(String lines) {
        if (!started.get() && started.compareAndSet(false, true)) {
            Thread.ofPlatform().name("log").daemon().start(this::writeAll);
        }
        offered.incrementAndGet();
        if (!waiting.offer(lines)) {
            done.incrementAndGet();
            lost.incrementAndGet();
        }
    }

    /** Since the start of the process. */
    long lost() {
        return lost.get();
    }

    /** Returns when all is written, or cannot be written in this time. */
    void drain(Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        try {
            while (done.get() < offered.get() && System.nanoTime() - deadlineNanos < 0) {
                Thread.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeAll() {
        long reported = 0;
        try {
            while (true) {
                String lines = waiting.take();
                try {
                    long missing = lost.get() - reported;
                    if (missing > 0) {
                        write(lossReport.apply(missing));
                        reported += missing;
                    }
                    write(lines);
                } catch (IOException e) {
                    lost.incrementAndGet();
                }
                done.incrementAndGet();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(String lines) throws IOException {
        stream.write(lines.getBytes(StandardCharsets.UTF_8));
        stream.flush();
    }
}
