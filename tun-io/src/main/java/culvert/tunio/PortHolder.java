package culvert.tunio;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A socket that holds a UDP port in the calling thread's network namespace, and whose it is.
 *
 * @param local the address that the socket is bound to
 * @param pid the process, or 0 when it cannot be seen from here
 * @param command the short name of the process, or empty when it cannot be seen
 */
public record PortHolder(InetSocketAddress local, int pid, String command) {
    private static final Path UDP = Path.of("/proc/thread-self/net/udp");
    private static final Path UDP6 = Path.of("/proc/thread-self/net/udp6");

    /** One line of /proc/net/udp or udp6. */
    private record Row(InetSocketAddress local, long inode) {}

    /** Every holder of the port, this process included. */
    public static List<PortHolder> ofUdp(int port) {
        return rows().stream()
                .filter(row -> row.local().getPort() == port)
                .map(PortHolder::of)
                .toList();
    }

    /**
     * Sockets of others whose address is the same or, by a wildcard on either side, includes it.
     * SO_REUSEADDR would let two daemons share such a port, and each lose packets to the other.
     */
    static List<PortHolder> othersOverlapping(InetSocketAddress wanted) {
        return rows().stream()
                .filter(row -> overlaps(row.local(), wanted))
                .filter(row -> !ProcessSearch.isOwnSocket(row.inode()))
                .map(PortHolder::of)
                .toList();
    }

    /** {@code charon (pid 812), bound to 0.0.0.0:4500}. */
    public String text() {
        String who =
                pid == 0
                        ? "a process that is not visible from here, or the kernel itself"
                        : command + " (pid " + pid + ")";
        return who + ", bound to " + SocketAddress.text(local);
    }

    private static PortHolder of(Row row) {
        Optional<ProcessSearch.Found> process = ProcessSearch.holderOfSocket(row.inode());
        return new PortHolder(
                row.local(),
                process.map(ProcessSearch.Found::pid).orElse(0),
                process.map(ProcessSearch.Found::command).orElse(""));
    }

    private static boolean overlaps(InetSocketAddress held, InetSocketAddress wanted) {
        InetAddress a = held.getAddress();
        InetAddress b = wanted.getAddress();
        // A socket on [::] takes IPv4 too unless IPV6_V6ONLY, which /proc does not show.
        boolean sameFamily =
                a.getClass() == b.getClass()
                        || (a instanceof Inet6Address && a.isAnyLocalAddress());
        return held.getPort() == wanted.getPort()
                && sameFamily
                && (a.isAnyLocalAddress() || b.isAnyLocalAddress() || a.equals(b));
    }

    private static List<Row> rows() {
        return Stream.of(UDP, UDP6)
                .flatMap(table -> lines(table).stream().skip(1))
                .map(PortHolder::parse)
                .flatMap(Optional::stream)
                .toList();
    }

    /** A kernel without IPv6 has no udp6, and without /proc nothing can be said. */
    private static List<String> lines(Path table) {
        try {
            return Files.readAllLines(table);
        } catch (IOException e) {
            return List.of();
        }
    }

    /** {@code sl local rem st tx:rx tr:when retrnsmt uid timeout inode ...}, split at spaces. */
    private static Optional<Row> parse(String line) {
        String[] columns = line.strip().split("\\s+");
        if (columns.length < 10) {
            return Optional.empty();
        }
        String local = columns[1];
        int colon = local.indexOf(':');
        try {
            int port = Integer.parseInt(local.substring(colon + 1), 16);
            InetAddress address = InetAddress.getByAddress(words(local.substring(0, colon)));
            return Optional.of(
                    new Row(new InetSocketAddress(address, port), Long.parseLong(columns[9])));
        } catch (UnknownHostException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** The kernel prints addresses as 32-bit words in the host's byte order. */
    private static byte[] words(String hex) {
        ByteBuffer bytes = ByteBuffer.allocate(hex.length() / 2).order(ByteOrder.nativeOrder());
        for (int i = 0; i < hex.length(); i += 8) {
            bytes.putInt(Integer.parseUnsignedInt(hex.substring(i, i + 8), 16));
        }
        return bytes.array();
    }
}
