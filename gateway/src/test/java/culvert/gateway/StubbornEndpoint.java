package culvert.gateway;

import culvert.lab.Endpoint;
import culvert.lab.Topology;
import culvert.tunio.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An endpoint that sends what no real one does. Its socket lives in the endpoint's namespace.
 *
 * <pre>
 *  RFC 7296 3.1: SPI of the initiator 8, of the responder 8, next payload 1, version 1,
 *  exchange 1, flags 1, message ID 4, length 4; 3.10: next 1, critical 1, length 2, protocol 1,
 *  SPI size 1, notify type 2, data
 * </pre>
 */
final class StubbornEndpoint implements AutoCloseable {
    static final int INVALID_KE_PAYLOAD = 17;
    static final int COOKIE = 16390;

    private static final int HEADER_BYTES = 28;
    private static final int NOTIFY = 41;
    private static final int VERSION_2 = 0x20;
    private static final int IKE_SA_INIT = 34;
    private static final int RESPONSE = 0x20;

    private final DatagramSocket socket;

    private StubbornEndpoint(DatagramSocket socket) {
        this.socket = socket;
    }

    /** Bound to a UDP port of the endpoint's outside address. */
    static StubbornEndpoint bind(Topology topology, Endpoint endpoint, int port) {
        Path namespace = Path.of("/run/netns", topology.endpoint(endpoint).name());
        NetworkNamespace.enter(namespace);
        try {
            return new StubbornEndpoint(
                    new DatagramSocket(new InetSocketAddress(endpoint.outsideAddress(), port)));
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        } finally {
            NetworkNamespace.enter(NetworkNamespace.OF_PROCESS);
        }
    }

    /**
     * Answers every IKE_SA_INIT with a notify, until it is closed.
     *
     * @param data of which the last eight octets are another number each time when there are eight
     */
    StubbornEndpoint answeringWith(int notifyType, byte[] data) {
        AtomicLong count = new AtomicLong();
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try {
                                while (true) {
                                    answer(notifyType, data, count.incrementAndGet());
                                }
                            } catch (IOException closed) {
                                // The test has ended.
                            }
                        });
        return this;
    }

    private void answer(int notifyType, byte[] data, long number) throws IOException {
        DatagramPacket request = new DatagramPacket(new byte[4096], 4096);
        socket.receive(request);
        ByteBuffer response = ByteBuffer.allocate(HEADER_BYTES + 8 + data.length);
        response.put(request.getData(), 0, 8).putLong(0);
        response.put((byte) NOTIFY).put((byte) VERSION_2).put((byte) IKE_SA_INIT);
        response.put((byte) RESPONSE).putInt(0).putInt(response.capacity());
        response.put((byte) 0).put((byte) 0).putShort((short) (8 + data.length));
        response.put((byte) 0).put((byte) 0).putShort((short) notifyType).put(data);
        if (data.length >= Long.BYTES) {
            response.putLong(response.capacity() - Long.BYTES, number);
        }
        socket.send(
                new DatagramPacket(
                        response.array(), response.capacity(), request.getSocketAddress()));
    }

    /** Sends an ESP packet that is right but for its contents. */
    void sendEsp(int spi, int sequenceNumber) {
        byte[] packet = new byte[64];
        ByteBuffer.wrap(packet).putInt(spi).putInt(sequenceNumber);
        try {
            socket.send(
                    new DatagramPacket(
                            packet,
                            packet.length,
                            new InetSocketAddress(
                                    Topology.GATEWAY_OUTSIDE, socket.getLocalPort())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
