package culvert.perf;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.util.Base64;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * Round trips to the lab's echo server, counted from the moment at which a request was due, so that
 * a path that holds up the sender hides nothing.
 */
final class RoundTrips {
    static final String REPORT = "rtt sent=";

    private static final int HEAD_BYTES = 8;
    private static final long LONGEST_NANOS = 10_000_000_000L;

    // The kernel may wake a sleeper 50 us late; the rest is waited out awake.
    private static final long AWAKE_NANOS = 80_000;
    private static final long LATE_ANSWERS_NANOS = 300_000_000;

    private RoundTrips() {}

    /** Sends requests at fixed times and gives a line that {@link #parse} reads. */
    static String measure(InetSocketAddress server, int sizeBytes, long intervalNanos, int count)
            throws IOException, InterruptedException {
        var due = new long[count];
        Histogram histogram = emptyHistogram();
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(server);
            Thread receiver = Thread.ofPlatform().start(() -> receive(channel, due, histogram));
            send(channel, sizeBytes, intervalNanos, due);
            LockSupport.parkNanos(LATE_ANSWERS_NANOS);
            receiver.interrupt(); // closes the channel under the blocked receive
            receiver.join();
        }
        ByteBuffer encoded = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int bytes = histogram.encodeIntoCompressedByteBuffer(encoded);
        return REPORT
                + count
                + " histogram="
                + Base64.getEncoder()
                        .encodeToString(java.util.Arrays.copyOf(encoded.array(), bytes));
    }

    static Histogram emptyHistogram() {
        return new Histogram(LONGEST_NANOS, 3);
    }

    static Histogram parse(String line) {
        try {
            String text = line.substring(line.indexOf("histogram=") + "histogram=".length());
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text.strip())), 0);
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("not a histogram: " + line, e);
        }
    }

    private static void send(DatagramChannel channel, int sizeBytes, long intervalNanos, long[] due)
            throws IOException {
        ByteBuffer request = ByteBuffer.allocateDirect(sizeBytes);
        long startNanos = System.nanoTime() + intervalNanos;
        for (int number = 0; number < due.length; number++) {
            due[number] = startNanos + number * intervalNanos;
            long wait;
            while ((wait = due[number] - System.nanoTime()) > 0) {
                if (wait > AWAKE_NANOS) {
                    LockSupport.parkNanos(wait - AWAKE_NANOS);
                } else {
                    Thread.onSpinWait();
                }
            }
            request.clear().putInt(0, number);
            channel.write(request);
        }
    }

    private static void receive(DatagramChannel channel, long[] due, Histogram histogram) {
        ByteBuffer answer = ByteBuffer.allocateDirect(2048);
        while (true) {
            answer.clear();
            try {
                channel.read(answer);
            } catch (AsynchronousCloseException e) {
                return;
            } catch (IOException e) {
                continue; // an ICMP error about an earlier request
            }
            long nowNanos = System.nanoTime();
            int number = answer.position() < HEAD_BYTES ? -1 : answer.getInt(0);
            if (number >= 0 && number < due.length) {
                histogram.recordValue(Math.clamp(nowNanos - due[number], 0, LONGEST_NANOS));
            }
        }
    }
}
