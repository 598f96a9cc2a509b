package culvert.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The DNS server that the customer gateway asks, on the lab's Internet: addresses of names as they
 * are told at the moment, or silence. The gateway's namespace has a resolv.conf of its own, so
 * whoever looks a name up there does it as on any machine.
 */
public final class NameServer implements AutoCloseable {
    static final String READY = "name server ready";

    /** In place of addresses: questions for the name get no answer at all. */
    private static final String SILENT = "silent";

    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    /** Where ip-netns(8) finds what it binds over /etc for a namespace. */
    private static final Path ETC_NETNS = Path.of("/etc/netns");

    // RFC 1035 4.1.1, 3.2.2
    private static final int PORT = 53;
    private static final int HEADER_BYTES = 12;
    private static final int RESPONSE_AUTHORITATIVE = 0x8400;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int RECURSION_AVAILABLE = 0x0080;
    private static final int NAME_ERROR = 3;
    private static final int TYPE_A = 1;
    private static final int CLASS_IN = 1;
    private static final int POINTER_TO_QUESTION = 0xC000 | HEADER_BYTES;
    private static final int LONGEST_MESSAGE_BYTES = 512;

    private final Path zone;
    private final Path etc;
    private final LabProcess process;

    private NameServer(Path zone, Path etc, LabProcess process) {
        this.zone = zone;
        this.etc = etc;
        this.process = process;
    }

    /** Starts a server that knows no name yet; what starts in the gateway from now on asks it. */
    public static NameServer start(Topology topology) {
        Path zone = topology.directory().resolve("zone");
        Path etc = etc(topology.gateway().name());
        try {
            Files.writeString(zone, "");
            Files.createDirectories(etc);
            Files.writeString(
                    etc.resolve("resolv.conf"),
                    "nameserver %s%noptions timeout:1 attempts:1%n".formatted(Topology.ROUTER));
        } catch (IOException e) {
            throw new LabException("cannot write " + etc + ": " + e.getMessage(), e);
        }
        LabProcess process =
                ProbeMain.start(
                        topology.internet(), "name-server", Topology.ROUTER, zone.toString());
        process.awaitLine(READY, START_LIMIT);
        return new NameServer(zone, etc, process);
    }

    /** What ip-netns(8) binds over /etc in a namespace; {@link LabRun} removes it too. */
    static Path etc(String namespace) {
        return ETC_NETNS.resolve(namespace);
    }

    /** The name leads to these addresses from now on; without any it does not exist. */
    public void name(String name, String... addresses) {
        write(addresses.length == 0 ? "" : name + " " + String.join(" ", addresses));
    }

    /** Nobody answers for the name from now on. */
    public void silence(String name) {
        write(name + " " + SILENT);
    }

    /** By a rename, so that the server never reads half of it. */
    private void write(String line) {
        Path next = zone.resolveSibling("zone.next");
        try {
            Files.writeString(next, line);
            Files.move(next, zone, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LabException("cannot write " + zone + ": " + e.getMessage(), e);
        }
    }

    /** Every question that came, a line each. */
    public String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.kill();
        LabRun.deleteTree(etc);
    }

    /** The program: {@code name-server ADDRESS ZONE}. */
    static void run(String[] arguments) throws IOException {
        Path zone = Path.of(arguments[2]);
        try (DatagramChannel socket = DatagramChannel.open()) {
            socket.bind(new InetSocketAddress(arguments[1], PORT));
            System.out.println(READY);
            ByteBuffer message = ByteBuffer.allocate(LONGEST_MESSAGE_BYTES);
            while (true) {
                SocketAddress client = socket.receive(message.clear());
                if (message.flip().remaining() > HEADER_BYTES && answer(message, zone)) {
                    socket.send(message, client);
                }
            }
        }
    }

    /** Makes the answer of the question; false when there is to be none. */
    private static boolean answer(ByteBuffer message, Path zone) {
        message.position(HEADER_BYTES);
        StringBuilder name = new StringBuilder();
        for (int length = message.get(); length > 0; length = message.get()) {
            byte[] label = new byte[length];
            message.get(label);
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(label, StandardCharsets.US_ASCII));
        }
        int type = message.getShort();
        int end = message.getShort(message.position()) == CLASS_IN ? message.position() + 2 : 0;
        List<String> addresses = addresses(name.toString().toLowerCase(Locale.ROOT), zone);
        System.out.println("question " + name + " type " + type + ": " + addresses);
        if (end == 0 || addresses.contains(SILENT)) {
            return false;
        }
        List<String> answers = type == TYPE_A ? addresses : List.of();
        int recursion = message.getShort(2) & RECURSION_DESIRED;
        message.putShort(
                2,
                (short)
                        (RESPONSE_AUTHORITATIVE
                                | recursion
                                | RECURSION_AVAILABLE
                                | (addresses.isEmpty() ? NAME_ERROR : 0)));
        message.putShort(4, (short) 1);
        message.putShort(6, (short) answers.size());
        message.putInt(8, 0);
        message.limit(message.capacity()).position(end);
        for (String address : answers) {
            byte[] octets = InetAddress.ofLiteral(address).getAddress();
            message.putShort((short) POINTER_TO_QUESTION).putShort((short) TYPE_A);
            message.putShort((short) CLASS_IN).putInt(0).putShort((short) octets.length);
            message.put(octets);
        }
        message.flip();
        return true;
    }

    private static List<String> addresses(String name, Path zone) {
        try {
            String[] words = Files.readString(zone).strip().split(" ");
            return words[0].equals(name) ? List.of(words).subList(1, words.length) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
