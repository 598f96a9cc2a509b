package culvert.gateway.control;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    private final CountDownLatch streamEnded = new CountDownLatch(1);

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

    private ControlServer serveStream(Path socket, AtomicReference<ControlOutlet> outlet)
            throws IOException {
        return new ControlServer(
                socket,
                loop,
                request ->
                        switch (request) {
                            case ControlRequest.Events events ->
                                    new ControlStream(
                                            opened -> {
                                                outlet.set(opened);
                                                return streamEnded::countDown;
                                            });
                            default -> new ControlReply(ExitCode.FAILURE, "no\n");
                        });
    }

    private void onLoop(Runnable task) {
        loop.next().submit(task).syncUninterruptibly();
    }

    @Test
    void aStreamGoesOnUntilTheServerEndsIt() throws IOException, InterruptedException {
        Path socket = directory.resolve("control.sock");
        AtomicReference<ControlOutlet> outlet = new AtomicReference<>();
        try (ControlServer server = serveStream(socket, outlet)) {
            StringBuilder seen = new StringBuilder();
            ControlReply end =
                    new ControlClient(socket)
                            .follow(
                                    new ControlRequest.Events(Format.JSON, true),
                                    stream -> {
                                        while (outlet.get() == null) {
                                            Thread.onSpinWait();
                                        }
                                        onLoop(() -> outlet.get().send("one ".getBytes(UTF_8)));
                                        onLoop(() -> outlet.get().send("two".getBytes(UTF_8)));
                                        onLoop(() -> outlet.get().end());
                                        seen.append(new String(stream.readAllBytes(), UTF_8));
                                    });
            assertEquals(new ControlReply(ExitCode.OK, ""), end);
            assertEquals("one two", seen.toString());
            assertTrue(streamEnded.await(10, TimeUnit.SECONDS));
            ControlReply refused =
                    new ControlClient(socket).follow(new ControlRequest.Watch(), stream -> {});
            assertEquals(new ControlReply(ExitCode.FAILURE, "no\n"), refused);
        }
    }

    @Test
    void aClientThatDoesNotReadIsDroppedAndTheOthersAreServed()
            throws IOException, InterruptedException {
        Path socket = directory.resolve("control.sock");
        AtomicReference<ControlOutlet> outlet = new AtomicReference<>();
        try (ControlServer server = serveStream(socket, outlet);
                SocketChannel lazy = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            lazy.connect(UnixDomainSocketAddress.of(socket));
            lazy.write(ByteBuffer.wrap("follow json\n".getBytes(UTF_8)));
            while (outlet.get() == null) {
                Thread.onSpinWait();
            }
            byte[] much = new byte[64 * 1024];
            int sent = 0;
            AtomicBoolean accepted = new AtomicBoolean(true);
            while (accepted.get() && sent++ < 1000) {
                onLoop(() -> accepted.set(outlet.get().send(much)));
            }
            assertFalse(accepted.get(), "an end after " + sent);
            assertTrue(streamEnded.await(10, TimeUnit.SECONDS));
            onLoop(() -> assertFalse(outlet.get().send(much)));
            assertEquals(
                    ExitCode.FAILURE,
                    new ControlClient(socket).ask(new ControlRequest.Up("x")).exitCode());
        }
    }

    @Test
    void tooManyClientsAreToldSo() throws IOException {
        Path socket = directory.resolve("control.sock");
        List<SocketChannel> silent = new ArrayList<>();
        try (ControlServer server = serve(socket)) {
            for (int i = 0; i < ControlServer.MOST_CONNECTIONS; i++) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                channel.connect(UnixDomainSocketAddress.of(socket));
                silent.add(channel);
            }
            ControlReply refused = new ControlClient(socket).ask(new ControlRequest.Up("x"));
            assertTrue(refused.text().contains("too many clients"), refused.text());
            for (SocketChannel channel : silent) {
                channel.close();
            }
            ControlReply served = new ControlClient(socket).ask(new ControlRequest.Up("x"));
            for (int i = 0; i < 100 && served.exitCode() != ExitCode.OK; i++) {
                served = new ControlClient(socket).ask(new ControlRequest.Up("x"));
            }
            assertEquals(ExitCode.OK, served.exitCode());
        }
    }

    @Test
    void hostileLinesEndTheirOwnConnectionOnly() throws IOException {
        Path socket = directory.resolve("control.sock");
        try (ControlServer server = serve(socket)) {
            assertTrue(send(socket, "reboot now\n").startsWith("1\n"));
            assertEquals("", send(socket, "x".repeat(10 << 20) + "\n"));
            assertEquals("", send(socket, "up x".repeat(10 << 18)));
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
