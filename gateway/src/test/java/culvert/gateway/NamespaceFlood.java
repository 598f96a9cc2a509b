package culvert.gateway;

import culvert.lab.Namespace;
import culvert.tunio.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;

/** A socket of a namespace that nobody reads, and what fills it. */
final class NamespaceFlood implements AutoCloseable {
    private final DatagramSocket socket;

    private NamespaceFlood(DatagramSocket socket) {
        this.socket = socket;
    }

    static NamespaceFlood bind(Namespace namespace) {
        NetworkNamespace.enter(Path.of("/run/netns", namespace.name()));
        try {
            DatagramSocket socket =
                    new DatagramSocket(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            socket.setReceiveBufferSize(4_096);
            return new NamespaceFlood(socket);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        } finally {
            NetworkNamespace.enter(NetworkNamespace.OF_PROCESS);
        }
    }

    void send(int datagrams) {
        try {
            DatagramPacket toItself =
                    new DatagramPacket(new byte[1_000], 1_000, socket.getLocalSocketAddress());
            for (int i = 0; i < datagrams; i++) {
                socket.send(toItself);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
