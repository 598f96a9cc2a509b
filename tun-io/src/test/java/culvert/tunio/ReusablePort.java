package culvert.tunio;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A program that holds a UDP port which others may share, prints it, and waits to be ended. */
final class ReusablePort {
    private ReusablePort() {}

    public static void main(String[] arguments) throws Exception {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(arguments[0]), 0));
            System.out.println(socket.getLocalPort());
            System.in.read();
        }
    }
}
