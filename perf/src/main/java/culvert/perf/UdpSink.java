package culvert.perf;

import culvert.tunio.Errno;
import culvert.tunio.Offloads;
import culvert.tunio.Poller;
import culvert.tunio.UdpReceiver;
import culvert.tunio.UdpSocket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * Counts the datagrams of one stream after the other, taken one by one as most programs do.
 *
 * <pre>
 *  datagram: stream (int, big-endian), kind (int: DATA or REPORT), reply port (int), anything
 *  answer to REPORT, to the reply port at the address in the datagram: stream (int), count (long)
 * </pre>
 */
final class UdpSink {
    static final String READY = "udp sink ready";
    static final int HEAD_BYTES = 16;
    static final int DATA = 0;
    static final int REPORT = 1;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(java.nio.ByteOrder.BIG_ENDIAN);
    private static final int BUFFER_BYTES = 65_536;

    private UdpSink() {}

    /** Counts until the process ends. */
    static void serve(int port) throws IOException {
        try (UdpSocket socket =
                        UdpSocket.bind(new InetSocketAddress("0.0.0.0", port), Offloads.NONE);
                Poller poller = new Poller(socket.fd());
                Arena arena = Arena.ofConfined();
                DatagramChannel answers = DatagramChannel.open()) {
            UdpReceiver receiver = socket.newReceiver();
            MemorySegment buffer = arena.allocate(BUFFER_BYTES, 64);
            System.out.println(READY);
            int stream = 0;
            long count = 0;
            while (true) {
                int bytes = receiver.receive(buffer, 0, BUFFER_BYTES);
                if (bytes == -Errno.EAGAIN) {
                    poller.await(-1);
                    continue;
                }
                if (bytes < HEAD_BYTES) {
                    continue;
                }
                int from = buffer.get(INT, 0);
                if (from != stream) {
                    stream = from;
                    count = 0;
                }
                if (buffer.get(INT, 4) == DATA) {
                    count++;
                } else {
                    answer(answers, buffer, stream, count);
                }
            }
        }
    }

    private static void answer(
            DatagramChannel answers, MemorySegment buffer, int stream, long count)
            throws IOException {
        byte[] address = buffer.asSlice(12, 4).toArray(ValueLayout.JAVA_BYTE);
        ByteBuffer answer = ByteBuffer.allocate(12).putInt(stream).putLong(count).flip();
        answers.send(
                answer,
                new InetSocketAddress(
                        java.net.InetAddress.getByAddress(address), buffer.get(INT, 8)));
    }
}
