package culvert.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Bulk TCP: N streams for some seconds, counted where the bytes arrive.
 *
 * <pre>
 *  client to server, once per stream: direction (1 byte: UP or DOWN), duration (8 bytes, nanoseconds)
 *  then the sender sends for that long and shuts down its direction;
 *  after an UP stream the server answers what it counted: bytes (8 bytes), nanoseconds (8 bytes)
 * </pre>
 */
final class TcpThroughput {
    static final String READY = "tcp server ready";
    static final String REPORT = "tcp megabitsPerSecond=";

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int REQUEST_BYTES = 9;
    private static final int COUNT_BYTES = 16;
    private static final byte UP = 'U';
    private static final byte DOWN = 'D';

    private TcpThroughput() {}

    private record Count(long bytes, long nanos) {
        double megabitsPerSecond() {
            return nanos == 0 ? 0 : bytes * 8 * 1000.0 / nanos;
        }
    }

    /** Serves streams until the process ends. */
    static void serve(int port) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(port));
            System.out.println(READY);
            while (true) {
                SocketChannel stream = listener.accept();
                Thread.ofPlatform().daemon().start(() -> serve(stream));
            }
        }
    }

    private static void serve(SocketChannel stream) {
        try (stream) {
            ByteBuffer request = ByteBuffer.allocate(REQUEST_BYTES);
            readFully(stream, request);
            byte direction = request.get();
            long durationNanos = request.getLong();
            if (direction == DOWN) {
                send(stream, durationNanos, () -> false);
            } else {
                Count count = receive(stream);
                writeFully(
                        stream,
                        ByteBuffer.allocate(COUNT_BYTES)
                                .putLong(count.bytes)
                                .putLong(count.nanos)
                                .flip());
            }
        } catch (IOException e) {
            // One stream's trouble; its client reports it.
            System.out.println("stream failed: " + e.getMessage());
        }
    }

    /**
     * The sum over all streams in Mbit/s of TCP payload.
     *
     * @param stopped ends uploads before their time
     */
    static double measure(
            InetSocketAddress server,
            int streams,
            long durationNanos,
            boolean up,
            BooleanSupplier stopped)
            throws IOException, InterruptedException {
        var work = new ArrayList<Callable<Count>>();
        for (int i = 0; i < streams; i++) {
            work.add(
                    () ->
                            up
                                    ? upload(server, durationNanos, stopped)
                                    : download(server, durationNanos));
        }
        double sum = 0;
        try (var threads = Executors.newFixedThreadPool(streams)) {
            for (var result : threads.invokeAll(work)) {
                sum += result.get().megabitsPerSecond();
            }
        } catch (ExecutionException e) {
            throw new IOException("stream to " + server + ": " + e.getCause(), e);
        }
        return sum;
    }

    private static Count upload(
            InetSocketAddress server, long durationNanos, BooleanSupplier stopped)
            throws IOException {
        try (SocketChannel stream = open(server, UP, durationNanos)) {
            send(stream, durationNanos, stopped);
            ByteBuffer count = ByteBuffer.allocate(COUNT_BYTES);
            readFully(stream, count);
            return new Count(count.getLong(), count.getLong());
        }
    }

    private static Count download(InetSocketAddress server, long durationNanos) throws IOException {
        try (SocketChannel stream = open(server, DOWN, durationNanos)) {
            return receive(stream);
        }
    }

    private static SocketChannel open(InetSocketAddress server, byte direction, long durationNanos)
            throws IOException {
        SocketChannel stream = SocketChannel.open();
        try {
            // Through a path that drops everything, connect alone would take two minutes.
            stream.socket().connect(server, (int) TimeUnit.SECONDS.toMillis(10));
            writeFully(
                    stream,
                    ByteBuffer.allocate(REQUEST_BYTES)
                            .put(direction)
                            .putLong(durationNanos)
                            .flip());
            return stream;
        } catch (IOException e) {
            stream.close();
            throw e;
        }
    }

    private static void send(SocketChannel stream, long durationNanos, BooleanSupplier stopped)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        long endNanos = System.nanoTime() + durationNanos;
        while (System.nanoTime() < endNanos && !stopped.getAsBoolean()) {
            stream.write(buffer.clear());
        }
        stream.shutdownOutput();
    }

    private static Count receive(SocketChannel stream) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        long startNanos = System.nanoTime();
        long bytes = 0;
        for (int n; (n = stream.read(buffer.clear())) >= 0; ) {
            bytes += n;
        }
        return new Count(bytes, System.nanoTime() - startNanos);
    }

    private static void readFully(SocketChannel stream, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (stream.read(into) < 0) {
                throw new IOException("the other end closed the stream");
            }
        }
        into.flip();
    }

    private static void writeFully(SocketChannel stream, ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            stream.write(from);
        }
    }
}
