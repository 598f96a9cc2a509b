package culvert.perf;

import culvert.tunio.Offloads;
import culvert.tunio.UdpSender;
import culvert.tunio.UdpSocket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends UDP datagrams at a rate to a {@link UdpSink}: one call each, what is due every quarter of a
 * millisecond, on the schedule that the rate sets whatever the path does.
 */
final class UdpSource implements AutoCloseable {
    static final String CAPACITY = "udp capacity=";

    /** What may be lost of a rate that counts as carried. */
    static final double TOLERATED_LOSS = 0.01;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long SLOT_NANOS = 250_000;
    private static final int ANSWER_MILLIS = 250;
    private static final int SLOWEST = 10_000;
    private static final int FASTEST = 1_200_000;
    private static final double STEP = 1.5;
    private static final int REFINEMENTS = 3;
    private static final int TRIES = 3;
    private static final double SOURCE_AT_ITS_END = 0.8;

    private final Arena arena = Arena.ofConfined();
    private final UdpSocket socket;
    private final UdpSender sender;
    private final DatagramSocket answers;
    private final MemorySegment datagram;
    private final int sizeBytes;
    private int stream = (int) System.nanoTime() | 1;

    /**
     * @param sizeBytes UDP payload
     */
    UdpSource(InetSocketAddress sink, int sizeBytes) throws IOException {
        this.sizeBytes = sizeBytes;
        socket = UdpSocket.bind(new InetSocketAddress("0.0.0.0", 0), Offloads.NONE);
        socket.connect(sink);
        sender = socket.newSender();
        answers = new DatagramSocket(0);
        answers.setSoTimeout(ANSWER_MILLIS);
        datagram = arena.allocate(sizeBytes, 8);
        datagram.set(INT, 8, answers.getLocalPort());
        byte[] own = socket.local().getAddress().getAddress();
        MemorySegment.copy(own, 0, datagram, ValueLayout.JAVA_BYTE, 12, own.length);
    }

    /**
     * What became of one stream.
     *
     * @param sent datagrams that the kernel took
     * @param received how many of them arrived
     */
    record Result(long sent, long received, double seconds) {
        double receivedPerSecond() {
            return received / seconds;
        }

        double loss() {
            return sent == 0 ? 1 : 1 - (double) received / sent;
        }

        String line() {
            return String.format(
                    Locale.ROOT, "udp sent=%d received=%d seconds=%.6f", sent, received, seconds);
        }

        static Result parse(String line) {
            String[] words = line.split("[ =]");
            return new Result(
                    Long.parseLong(words[2]),
                    Long.parseLong(words[4]),
                    Double.parseDouble(words[6]));
        }
    }

    /** Offers a rate for a time. */
    Result run(int packetsPerSecond, long durationNanos) throws IOException {
        datagram.set(INT, 0, ++stream);
        datagram.set(INT, 4, UdpSink.DATA);
        long startNanos = System.nanoTime();
        long sent = 0;
        long elapsedNanos;
        while ((elapsedNanos = System.nanoTime() - startNanos) < durationNanos) {
            long due = (long) (elapsedNanos / 1e9 * packetsPerSecond);
            while (sent < due && System.nanoTime() - startNanos < durationNanos) {
                if (sender.send(datagram, 0, sizeBytes, 0, UdpSender.NO_TRAFFIC_CLASS) >= 0) {
                    sent++;
                }
            }
            LockSupport.parkNanos(SLOT_NANOS);
        }
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        return new Result(sent, received(), seconds);
    }

    /** Asks the sink until it answers; by then the last datagrams are through or lost. */
    private long received() throws IOException {
        LockSupport.parkNanos(100_000_000);
        datagram.set(INT, 4, UdpSink.REPORT);
        var answer = new DatagramPacket(new byte[12], 12);
        for (int attempt = 0; attempt < 20; attempt++) {
            sender.send(datagram, 0, sizeBytes, 0, UdpSender.NO_TRAFFIC_CLASS);
            try {
                answers.receive(answer);
            } catch (SocketTimeoutException e) {
                continue;
            }
            ByteBuffer count = ByteBuffer.wrap(answer.getData());
            if (count.getInt() == stream) {
                return count.getLong();
            }
        }
        throw new IOException("the sink does not answer");
    }

    /**
     * The most packets per second that arrive with a loss of 1 % at most: ever higher rates, then
     * halving the last step. A rate has three tries: what else runs on the machine must not stop
     * the search early.
     */
    long capacity(long stepNanos) throws IOException {
        run(SLOWEST, stepNanos); // wakes everything up
        double best = 0;
        double good = SLOWEST;
        double bad = FASTEST;
        for (double rate = SLOWEST; rate <= FASTEST; rate *= STEP) {
            double received = carried(rate, stepNanos);
            if (received < 0) {
                bad = rate;
                break;
            }
            good = rate;
            best = Math.max(best, received);
            if (received < rate * SOURCE_AT_ITS_END) {
                return (long) best;
            }
        }
        for (int i = 0; i < REFINEMENTS; i++) {
            double rate = (good + bad) / 2;
            double received = carried(rate, stepNanos);
            if (received < 0) {
                bad = rate;
            } else {
                good = rate;
                best = Math.max(best, received);
            }
        }
        return (long) best;
    }

    /** Packets per second that arrived, or -1 when too many were lost at every try. */
    private double carried(double rate, long stepNanos) throws IOException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Result result = run((int) rate, stepNanos);
            if (result.loss() <= TOLERATED_LOSS) {
                return result.receivedPerSecond();
            }
        }
        return -1;
    }

    @Override
    public void close() {
        socket.close();
        answers.close();
        arena.close();
    }
}
