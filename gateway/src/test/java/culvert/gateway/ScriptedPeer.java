package culvert.gateway;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.BgpMessage;
import culvert.bgp.message.Capability;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.MessageEncoder;
import culvert.bgp.message.Negotiated;
import culvert.bgp.message.Open;
import culvert.lab.Namespace;
import culvert.tunio.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One end of a TCP connection to port 179 that says what a test wants, octet by octet. */
final class ScriptedPeer implements AutoCloseable {
    private static final int BGP_PORT = 179;
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int SMALL_BUFFER_BYTES = 4096;
    private static final int HEADER_OCTETS = 19;
    private static final int TYPE_OFFSET = 18;
    static final int KEEPALIVE = 4;
    static final int NOTIFICATION = 3;

    private final Socket socket;

    private ScriptedPeer(Socket socket) {
        this.socket = socket;
    }

    /** Connects out of a namespace of the lab, from an address that it has. */
    static ScriptedPeer connect(Namespace namespace, String from, String to) {
        var connected = new CompletableFuture<Socket>();
        // A socket belongs to the namespace of the thread that made it.
        Thread.ofPlatform()
                .start(
                        () -> {
                            try {
                                NetworkNamespace.enter(Path.of("/run/netns", namespace.name()));
                                connected.complete(connected(from, to));
                            } catch (IOException | RuntimeException e) {
                                connected.completeExceptionally(e);
                            }
                        });
        return new ScriptedPeer(connected.join());
    }

    private static Socket connected(String from, String to) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SMALL_BUFFER_BYTES);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(to, BGP_PORT), TIMEOUT_MILLIS);
        return socket;
    }

    /** Says OPEN and KEEPALIVE, and reads until both are answered. */
    void establish(long asn, int holdSeconds) {
        List<Capability> capabilities =
                List.of(
                        Capability.MultiProtocol.of(AddressFamily.IPV4_UNICAST),
                        new Capability.RouteRefreshing(),
                        new Capability.FourOctetAs((int) asn));
        say(new Open((int) asn, holdSeconds, 0x0A0A0A0A, capabilities));
        say(new Keepalive());
        await(KEEPALIVE);
    }

    void say(BgpMessage message) {
        say(MessageEncoder.encode(message, Negotiated.NOTHING));
    }

    void say(byte[] octets) {
        try {
            socket.getOutputStream().write(octets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The body of the next message of this type. */
    byte[] await(int type) {
        try {
            while (true) {
                byte[] header = socket.getInputStream().readNBytes(HEADER_OCTETS);
                if (header.length < HEADER_OCTETS) {
                    throw new AssertionError("closed before a message of type " + type);
                }
                int length = ((header[16] & 0xFF) << 8) | (header[17] & 0xFF);
                byte[] body = socket.getInputStream().readNBytes(length - HEADER_OCTETS);
                if (header[TYPE_OFFSET] == type) {
                    return body;
                }
            }
        } catch (IOException e) {
            throw new AssertionError("while waiting for a message of type " + type, e);
        }
    }

    /** Code and subcode of the NOTIFICATION that ends the session. */
    List<Byte> awaitNotification() {
        byte[] body = await(NOTIFICATION);
        return List.of(body[0], body[1]);
    }

    /** The first octets of a message. */
    static byte[] half(BgpMessage message) {
        byte[] octets = MessageEncoder.encode(message, Negotiated.NOTHING);
        return Arrays.copyOf(octets, octets.length / 2);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
