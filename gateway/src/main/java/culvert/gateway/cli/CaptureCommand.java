package culvert.gateway.cli;

import culvert.gateway.control.CaptureOrder;
import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ExitCode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "capture",
        description = {
            "Writes a tunnel's inner packets to a file that Wireshark and tcpdump read.",
            "Each packet has its direction, and why it was dropped if it was, as a comment."
                    + " The capture ends at the first limit, or when interrupted."
        },
        mixinStandardHelpOptions = true)
final class CaptureCommand implements Callable<Integer> {
    private static final Path STDOUT = Path.of("-");
    private static final int LARGEST_BLOCK_BYTES = 1 << 16;

    @Mixin private final ControlOption daemon = new ControlOption();

    @Parameters(paramLabel = "TUNNEL", description = "name of the tunnel")
    private String tunnel = "";

    @Option(
            names = {"-w", "--write"},
            paramLabel = "FILE",
            required = true,
            description = "the pcapng file to write, mode 0600; - for standard output")
    private Path file = STDOUT;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            converter = AddressConverter.class,
            description = "only packets from or to this address")
    private @Nullable InetAddress host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "only TCP and UDP from or to this port")
    private @Nullable Integer port;

    @Option(
            names = "--packets",
            paramLabel = "N",
            defaultValue = "100000",
            description = "stop after so many packets (default: ${DEFAULT-VALUE})")
    private long mostPackets;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            defaultValue = "100000000",
            description = "stop after so many octets of packets (default: ${DEFAULT-VALUE})")
    private long mostBytes;

    @Option(
            names = "--time",
            paramLabel = "DURATION",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description = "stop after this time, such as 30s or 5m (default: ${DEFAULT-VALUE})")
    private Duration longest = Duration.ofSeconds(60);

    @Override
    public Integer call() {
        CaptureOrder order =
                new CaptureOrder(
                        tunnel,
                        Optional.ofNullable(host),
                        port == null ? OptionalInt.empty() : OptionalInt.of(port),
                        mostPackets,
                        mostBytes,
                        longest);
        try (OutputStream out = open()) {
            ControlReply end =
                    daemon.follow(new ControlRequest.Capture(order), in -> copy(in, out));
            return ControlOption.print(end);
        } catch (IOException e) {
            System.err.println("culvert: cannot write " + file + ": " + e);
            return ExitCode.FAILURE.number();
        }
    }

    private OutputStream open() throws IOException {
        return file.equals(STDOUT) ? System.out : PrivateFile.create(file);
    }

    /** Block by block, so that an interrupted capture is a file without a torn end. */
    private static void copy(InputStream in, OutputStream out) throws IOException {
        while (true) {
            byte[] head = in.readNBytes(2 * Integer.BYTES);
            if (head.length < 2 * Integer.BYTES) {
                return;
            }
            int length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(Integer.BYTES);
            if (length < head.length || length > LARGEST_BLOCK_BYTES) {
                throw new EOFException("the daemon sent no pcapng");
            }
            byte[] rest = in.readNBytes(length - head.length);
            if (rest.length < length - head.length) {
                return;
            }
            out.write(ByteBuffer.allocate(length).put(head).put(rest).array());
            out.flush();
            if (out instanceof PrintStream stdout && stdout.checkError()) {
                throw new IOException("nobody reads it");
            }
        }
    }
}
