package culvert.gateway.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
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

    /** Sends one request and waits for the answer; trouble with the socket is an answer too. */
    public ControlReply ask(ControlRequest request) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(
                    ByteBuffer.wrap((request.toLine() + "\n").getBytes(StandardCharsets.UTF_8)));
            byte[] answer = Channels.newInputStream(channel).readAllBytes();
            return ControlReply.ofWire(new String(answer, StandardCharsets.UTF_8));
        } catch (ConnectException | UncheckedIOException e) {
            return notReachable(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return notReachable(String.valueOf(e.getMessage()));
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
