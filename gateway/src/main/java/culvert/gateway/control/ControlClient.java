package culvert.gateway.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Asks a running daemon over its control socket, with the JDK alone so that a command starts fast.
 */
public final class ControlClient {
    private final Path socket;

    public ControlClient(Path socket) {
        this.socket = socket;
    }

    /** Takes the octets of a stream as they come. */
    public interface StreamReader {
        void read(InputStream stream) throws IOException;
    }

    /** Sends one request and waits for the answer; trouble with the socket is an answer too. */
    public ControlReply ask(ControlRequest request) {
        try (SocketChannel channel = send(request)) {
            byte[] answer = Channels.newInputStream(channel).readAllBytes();
            return ControlReply.ofWire(new String(answer, StandardCharsets.UTF_8));
        } catch (IOException | UncheckedIOException e) {
            return notReachable(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Sends one request whose answer is a stream, and hands that on until one side ends it.
     *
     * @param reader may stop reading when it has enough
     * @return how it ended: {@link ExitCode#OK} without words when it was a stream
     * @throws IOException of the reader's own
     */
    public ControlReply follow(ControlRequest request, StreamReader reader) throws IOException {
        try (SocketChannel channel = connected(request)) {
            InputStream answer = Channels.newInputStream(channel);
            ByteArrayOutputStream number = new ByteArrayOutputStream();
            for (int octet = answer.read(); octet >= 0 && octet != '\n'; octet = answer.read()) {
                number.write(octet);
            }
            String code = number.toString(StandardCharsets.UTF_8);
            if (!code.equals(Integer.toString(ExitCode.OK.number()))) {
                String words = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
                return ControlReply.ofWire(code + "\n" + words);
            }
            reader.read(answer);
            return new ControlReply(ExitCode.OK, "");
        } catch (NotReachable e) {
            return notReachable(String.valueOf(e.getMessage()));
        }
    }

    /** No daemon at the other end. */
    private static final class NotReachable extends IOException {
        private static final long serialVersionUID = 1;

        NotReachable(Exception cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }

    private SocketChannel connected(ControlRequest request) throws NotReachable {
        try {
            return send(request);
        } catch (IOException | UncheckedIOException e) {
            throw new NotReachable(e);
        }
    }

    private SocketChannel send(ControlRequest request) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(
                    ByteBuffer.wrap((request.toLine() + "\n").getBytes(StandardCharsets.UTF_8)));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private ControlReply notReachable(String words) {
        if (words.contains("Permission denied")) {
            return new ControlReply(
                    ExitCode.PERMISSION,
                    "you may not use "
                            + socket
                            + ": run this as root, as the daemon's user, or as a member of its group\n");
        }
        String found =
                Files.exists(socket)
                        ? socket + " is there but nothing answers (" + words + ")"
                        : socket + " does not exist";
        return new ControlReply(
                ExitCode.DAEMON_NOT_RUNNING,
                "no daemon: "
                        + found
                        + ". Start it with 'culvert run -c FILE', or name another with --control PATH\n");
    }
}
