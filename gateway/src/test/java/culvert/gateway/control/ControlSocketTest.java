package culvert.gateway.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.gateway.control.ControlRequest.Format;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    @TempDir private Path directory = Path.of("");

    @AfterEach
    void stopLoop() {
        loop.shutdownGracefully();
    }

    private ControlServer serve(Path socket) throws IOException {
        return new ControlServer(
                socket, loop, request -> new ControlReply(ExitCode.OK, request.toLine() + "\n"));
    }

    @Test
    void answersARequest() throws IOException {
        Path socket = directory.resolve("run/control.sock");
        try (ControlServer server = serve(socket)) {
            assertEquals(
                    new ControlReply(ExitCode.OK, "up aws-1\n"),
                    new ControlClient(socket).ask(new ControlRequest.Up("aws-1")));
            assertEquals(
                    "rw-rw----",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        }
        assertFalse(Files.exists(socket), "gone with its server");
    }

    @Test
    void saysThatThereIsNoDaemon() throws IOException {
        Path socket = directory.resolve("control.sock");
        assertEquals(
                ExitCode.DAEMON_NOT_RUNNING,
                new ControlClient(socket).ask(new ControlRequest.Status(Format.TEXT)).exitCode());
        try (SocketChannel left = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
        ControlReply stale = new ControlClient(socket).ask(new ControlRequest.Status(Format.TEXT));
        assertEquals(ExitCode.DAEMON_NOT_RUNNING, stale.exitCode());
        assertTrue(stale.text().contains("nothing answers"), stale.text());
    }

    @Test
    void replacesASocketThatACrashLeftAndRefusesOneThatAnswers() throws IOException {
        Path socket = directory.resolve("control.sock");
        try (SocketChannel crashed = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            crashed.bind(UnixDomainSocketAddress.of(socket));
        }
        try (ControlServer first = serve(socket)) {
            IOException refusal = assertThrows(IOException.class, () -> serve(socket));
            assertTrue(
                    String.valueOf(refusal.getMessage()).contains("another daemon answers"),
                    refusal::toString);
            assertEquals(
                    ExitCode.OK,
                    new ControlClient(socket).ask(new ControlRequest.Up("x")).exitCode());
        }
    }

    @Test
    void hostileLinesEndTheirOwnConnectionOnly() throws IOException {
        Path socket = directory.resolve("control.sock");
        try (ControlServer server = serve(socket)) {
            assertTrue(send(socket, "reboot now\n").startsWith("1\n"));
            assertEquals("", send(socket, "x".repeat(100_000) + "\n"));
            assertEquals(
                    ExitCode.OK,
                    new ControlClient(socket).ask(new ControlRequest.Up("x")).exitCode());
        }
    }

    /** Whatever came back before the connection ended. */
    private static String send(Path socket, String text) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            try {
                channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                return new String(
                        Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException reset) {
                return "";
            }
        }
    }
}
