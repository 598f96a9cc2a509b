package culvert.gateway.daemon;

import culvert.gateway.metrics.Exposition;
import culvert.tunio.EspSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;

/**
 * Packets that the kernel lost on our behalf, because a packet thread did not take them in time: at
 * the queue of a TUN device, and at the receive buffer of a tunnel's sockets.
 */
final class KernelDrops {
    /** Raw sockets have their protocol where others have a port. */
    private static final String ESP_PORT = String.format(Locale.ROOT, ":%04X", EspSocket.PROTOCOL);

    private static final String ANY_PORT = "";

    private final Path interfaces;
    private final Path sockets;

    KernelDrops() {
        this(Path.of("/sys/class/net"), Path.of("/proc/self/net"));
    }

    /**
     * @param interfaces as /sys/class/net
     * @param sockets the directory of the files {@code udp}, {@code udp6}, {@code raw} and {@code
     *     raw6}
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
        write(
                page.counter(
                        "culvert_udp_socket_drops_total",
                        "Datagrams from the peer lost for want of room in the socket's buffer."),
                drops(ANY_PORT, "udp", "udp6"),
                KernelDrops::udpPort,
                tunnels);
        write(
                page.counter(
                        "culvert_esp_socket_drops_total",
                        "Raw ESP packets from the peer lost for want of room in the socket's buffer."),
                drops(ESP_PORT, "raw", "raw6"),
                _ -> 0,
                tunnels);
    }

    private static void write(
            Exposition.Family family,
            Map<String, Long> byPeer,
            ToIntFunction<InetSocketAddress> port,
            List<StatusReport.Tunnel> tunnels) {
        for (StatusReport.Tunnel tunnel : tunnels) {
            long drops =
                    tunnel.ike()
                            .remote()
                            .map(
                                    ike ->
                                            address(
                                                    ike.getAddress().getAddress(),
                                                    port.applyAsInt(ike)))
                            .map(peer -> byPeer.getOrDefault(peer, 0L))
                            .orElse(0L);
            family.sample(drops, "tunnel", tunnel.name());
        }
    }

    /** The port that ESP in UDP goes to, of a peer whose IKE has this port (RFC 3948 2.1). */
    private static int udpPort(InetSocketAddress ike) {
        return ike.getPort() == IkeListener.IKE_PORT
                ? IkeListener.NAT_TRAVERSAL_PORT
                : ike.getPort();
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

    private Map<String, Long> drops(String localEnd, String... files) {
        Map<String, Long> byPeer = new HashMap<>();
        for (String file : files) {
            readSockets(sockets.resolve(file), localEnd, byPeer);
        }
        return byPeer;
    }

    /**
     * proc(5), /proc/net/udp and raw. Tells a socket by its remote address: of connected sockets
     * only ours go to a peer of ours.
     *
     * <pre>
     * sl local_address rem_address st queues timer retrnsmt uid timeout inode ref pointer drops
     * </pre>
     *
     * @param localEnd what the local address must end with
     */
    private static void readSockets(Path file, String localEnd, Map<String, Long> byPeer) {
        try {
            List<String> lines = Files.readAllLines(file);
            for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
                String[] words = line.strip().split(" +", -1);
                if (words.length >= 13 && words[1].endsWith(localEnd)) {
                    byPeer.merge(words[2], Long.parseLong(words[12]), Long::sum);
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
