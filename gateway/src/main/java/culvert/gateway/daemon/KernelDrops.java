package culvert.gateway.daemon;

import culvert.gateway.metrics.Exposition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Packets that the kernel lost on our behalf, because a packet thread did not take them in time: at
 * the queue of a TUN device, and at the receive buffer of a tunnel's socket.
 */
final class KernelDrops {
    private final Path interfaces;
    private final Path sockets;

    KernelDrops() {
        this(Path.of("/sys/class/net"), Path.of("/proc/self/net"));
    }

    /**
     * @param interfaces as /sys/class/net
     * @param sockets the directory of the files {@code udp} and {@code udp6}
     */
    KernelDrops(Path interfaces, Path sockets) {
        this.interfaces = interfaces;
        this.sockets = sockets;
    }

    void write(Exposition page, List<StatusReport.Tunnel> tunnels) {
        var queue =
                page.counter(
                        "culvert_tun_dropped_packets_total",
                        "Packets to the peer lost in the queue of the TUN device.");
        for (StatusReport.Tunnel tunnel : tunnels) {
            ofTun(tunnel.interfaceName())
                    .ifPresent(drops -> queue.sample(drops, "tunnel", tunnel.name()));
        }
        Map<String, Long> bySocket = new HashMap<>();
        for (String file : new String[] {"udp", "udp6"}) {
            readSockets(sockets.resolve(file), bySocket);
        }
        var buffer =
                page.counter(
                        "culvert_udp_socket_drops_total",
                        "Datagrams from the peer lost for want of room in the socket's buffer.");
        for (StatusReport.Tunnel tunnel : tunnels) {
            buffer.sample(
                    bySocket.getOrDefault(
                            address(
                                    tunnel.ike().remote().getAddress().getAddress(),
                                    tunnel.ike().remote().getPort()),
                            0L),
                    "tunnel",
                    tunnel.name());
        }
    }

    private OptionalLong ofTun(String interfaceName) {
        try {
            return OptionalLong.of(
                    Long.parseLong(
                            Files.readString(
                                            interfaces
                                                    .resolve(interfaceName)
                                                    .resolve("statistics/tx_dropped"))
                                    .strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * proc(5), /proc/net/udp. Tells a socket by its remote address: of connected sockets only ours
     * go to a peer of ours.
     *
     * <pre>
     * sl local_address rem_address st queues timer retrnsmt uid timeout inode ref pointer drops
     * </pre>
     */
    private static void readSockets(Path file, Map<String, Long> bySocket) {
        try {
            List<String> lines = Files.readAllLines(file);
            for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
                String[] words = line.strip().split(" +", -1);
                if (words.length >= 13) {
                    bySocket.merge(words[2], Long.parseLong(words[12]), Long::sum);
                }
            }
        } catch (IOException | NumberFormatException e) {
            // A kernel without this file reports no drops.
        }
    }

    /** As the kernel writes it: words of 32 bits in the machine's order, here little-endian. */
    static String address(byte[] address, int port) {
        StringBuilder text = new StringBuilder();
        for (int word = 0; word < address.length; word += 4) {
            for (int i = 3; i >= 0; i--) {
                text.append(String.format(Locale.ROOT, "%02X", address[word + i]));
            }
        }
        return text.append(String.format(Locale.ROOT, ":%04X", port)).toString();
    }
}
