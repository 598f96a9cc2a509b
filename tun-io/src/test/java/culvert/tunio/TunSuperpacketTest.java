package culvert.tunio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * TCP between two network namespaces whose TUN devices this test connects back to back: what comes
 * out of one goes into the other, vnet header and all.
 */
@ExtendWith(FreshNamespace.class)
class TunSuperpacketTest {
    private static final int MTU_BYTES = 1400;
    private static final int STREAM_BYTES = 4 << 20;

    /** Copies packets one way until it is interrupted, and remembers the longest. */
    private static final class Wire implements Runnable, AutoCloseable {
        private final TunDevice from;
        private final TunDevice to;
        private final Poller poller;
        private final MemorySegment room = Packets.room();
        private final Thread thread = Thread.ofPlatform().unstarted(this);
        private volatile boolean closed;
        private volatile int longestBytes;
        private volatile int superpacketKinds;

        Wire(TunDevice from, TunDevice to) {
            this.from = from;
            this.to = to;
            this.poller = new Poller(from.fd());
            thread.start();
        }

        @Override
        public void run() {
            while (!closed) {
                int bytes = from.read(room, 0, Packets.ROOM_BYTES);
                if (bytes == -Errno.EAGAIN) {
                    poller.await(-1);
                } else if (bytes > 0) {
                    longestBytes = Math.max(longestBytes, bytes);
                    superpacketKinds |= 1 << room.get(JAVA_BYTE, 1);
                    to.write(room, 0, bytes);
                }
            }
        }

        @Override
        public void close() {
            closed = true;
            poller.wake();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            poller.close();
        }
    }

    /** A host in a namespace of its own that takes one TCP connection and all its bytes. */
    private static final class FarHost {
        private final CompletableFuture<TunDevice> device = new CompletableFuture<>();
        private final CompletableFuture<Integer> port = new CompletableFuture<>();
        private final FutureTask<byte[]> received;

        FarHost(InetAddress address, int prefixLength) {
            received =
                    new FutureTask<>(
                            () -> {
                                FreshNamespace.enter();
                                TunDevice opened = openUp(address, prefixLength);
                                try (ServerSocket listener = new ServerSocket(0, 1, address)) {
                                    port.complete(listener.getLocalPort());
                                    device.complete(opened);
                                    try (Socket socket = listener.accept()) {
                                        return socket.getInputStream().readAllBytes();
                                    }
                                }
                            });
            Thread.ofPlatform().daemon().start(received);
        }
    }

    @ParameterizedTest
    @CsvSource({"10.99.0.1, 10.99.0.2, 24, 1", "fd99::1, fd99::2, 64, 4"})
    void carriesTcpSuperpackets(String clientText, String serverText, int prefix, int gsoType)
            throws Exception {
        InetAddress server = InetAddress.ofLiteral(serverText);
        FarHost far = new FarHost(server, prefix);
        try (TunDevice near = openUp(InetAddress.ofLiteral(clientText), prefix);
                TunDevice device = far.device.get(5, TimeUnit.SECONDS);
                Wire there = new Wire(near, device);
                Wire back = new Wire(device, near)) {
            byte[] stream = Packets.pattern(STREAM_BYTES);
            send(stream, server, far.port.get());
            assertArrayEquals(stream, far.received.get(20, TimeUnit.SECONDS));
            assertTrue(there.longestBytes > 10 * MTU_BYTES, "longest " + there.longestBytes);
            assertEquals(1 << gsoType, there.superpacketKinds & ~1, "TCPV4 is 1, TCPV6 is 4");
            assertTrue(back.longestBytes > 0);
        }
    }

    private static void send(byte[] stream, InetAddress server, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server, port), 5000);
            socket.getOutputStream().write(stream);
        }
    }

    private static TunDevice openUp(InetAddress address, int prefixLength) {
        TunDevice device = TunDevice.open("cvt0");
        try (Rtnetlink netlink = Rtnetlink.open()) {
            int index = device.interfaceIndex();
            netlink.links().setMtu(index, MTU_BYTES);
            netlink.addresses().add(new InterfaceAddress(index, address, prefixLength));
            netlink.links().setUp(index);
        }
        return device;
    }
}
