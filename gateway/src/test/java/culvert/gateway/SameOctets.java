package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.lab.Namespace;
import culvert.tunio.NetworkNamespace;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.zip.CRC32;

/** Moves known octets from a host of the lab to another, and compares what arrives. */
final class SameOctets {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int DATAGRAMS = 400;
    private static final int IN_FLIGHT = 20;

    private SameOctets() {}

    /** One TCP connection's worth, in pieces of odd lengths. */
    static void byTcp(Namespace from, Namespace to, String address, int lengthBytes)
            throws Exception {
        byte[] content = new byte[lengthBytes];
        new Random(lengthBytes).nextBytes(content);
        try (ServerSocket server =
                        inside(to, () -> new ServerSocket(0, 1, InetAddress.ofLiteral(address)));
                Socket client = inside(from, SameOctets::unconnected)) {
            Thread sender =
                    Thread.ofPlatform().daemon(true).start(() -> send(client, server, content));
            server.setSoTimeout(TIMEOUT_MILLIS);
            CRC32 received = new CRC32();
            int count = 0;
            try (Socket accepted = server.accept()) {
                accepted.setSoTimeout(TIMEOUT_MILLIS);
                byte[] buffer = new byte[1 << 16];
                for (int n; (n = accepted.getInputStream().read(buffer)) >= 0; ) {
                    received.update(buffer, 0, n);
                    count += n;
                }
            }
            sender.join();
            assertEquals(lengthBytes, count);
            CRC32 sent = new CRC32();
            sent.update(content);
            assertEquals(sent.getValue(), received.getValue());
        }
    }

    private static void send(Socket client, ServerSocket server, byte[] content) {
        try (client) {
            client.connect(server.getLocalSocketAddress(), TIMEOUT_MILLIS);
            OutputStream out = client.getOutputStream();
            for (int at = 0; at < content.length; at += 70_001) {
                out.write(content, at, Math.min(70_001, content.length - at));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Datagrams of every kind of length, those that IP fragments among them, none lost. */
    static void byUdp(Namespace from, Namespace to, String address) throws Exception {
        Random random = new Random(address.hashCode());
        try (DatagramSocket receiver =
                        inside(
                                to,
                                () ->
                                        new DatagramSocket(
                                                new InetSocketAddress(
                                                        InetAddress.ofLiteral(address), 0)));
                DatagramSocket sender = inside(from, () -> new DatagramSocket())) {
            receiver.setSoTimeout(TIMEOUT_MILLIS);
            for (int first = 0; first < DATAGRAMS; first += IN_FLIGHT) {
                byte[][] sent = new byte[IN_FLIGHT][];
                int each = 1 + random.nextInt(1400);
                for (int i = 0; i < IN_FLIGHT; i++) {
                    // Runs of one length, then any length, then longer than any MTU here.
                    int kind = first / IN_FLIGHT % 3;
                    sent[i] =
                            new byte
                                    [switch (kind) {
                                        case 0 -> each;
                                        case 1 -> random.nextInt(1400);
                                        default -> 1500 + random.nextInt(2500);
                                    }];
                    random.nextBytes(sent[i]);
                    sender.send(
                            new DatagramPacket(
                                    sent[i], sent[i].length, receiver.getLocalSocketAddress()));
                }
                for (byte[] expected : sent) {
                    DatagramPacket datagram = new DatagramPacket(new byte[5000], 5000);
                    receiver.receive(datagram);
                    assertArrayEquals(
                            expected, Arrays.copyOf(datagram.getData(), datagram.getLength()));
                }
            }
        }
    }

    /** The JDK opens a socket when it is bound, so that has to happen in the namespace. */
    private static Socket unconnected() throws IOException {
        Socket socket = new Socket();
        socket.bind(null);
        return socket;
    }

    private static <T> T inside(Namespace namespace, Callable<T> task) throws Exception {
        FutureTask<T> future =
                new FutureTask<>(
                        () -> {
                            NetworkNamespace.enter(Path.of("/run/netns", namespace.name()));
                            return task.call();
                        });
        Thread.ofPlatform().daemon(true).start(future);
        return future.get();
    }
}
