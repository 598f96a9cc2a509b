package culvert.gateway.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.BgpInput;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BgpConnectionTest {
    private static final int MEGABYTES = 16;
    private static final byte[] MEGABYTE = new byte[1 << 20];

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final List<BgpInput> inputs = new CopyOnWriteArrayList<>();
    private ServerSocket server;
    private Socket peer;
    private EpollSocketChannel channel;
    private BgpConnection connection;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        channel =
                (EpollSocketChannel)
                        new Bootstrap()
                                .group(group)
                                .channel(EpollSocketChannel.class)
                                .handler(new ChannelInboundHandlerAdapter())
                                .connect(server.getLocalSocketAddress())
                                .syncUninterruptibly()
                                .channel();
        peer = server.accept();
        peer.setSoTimeout(10_000);
        connection = new BgpConnection(7, channel, inputs::add, () -> {});
        onLoop(() -> channel.pipeline().addLast(connection));
    }

    @AfterEach
    void end() throws IOException {
        peer.close();
        server.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void saysWhenThePeerDoesNotReadAndWhenItReadsAgain() throws IOException {
        onLoop(() -> connection.send(new byte[19]));
        assertEquals(List.of(), inputs, "what the kernel takes at once is not waiting");
        onLoop(
                () -> {
                    for (int i = 0; i < MEGABYTES; i++) {
                        connection.send(MEGABYTE);
                    }
                });
        assertEquals(List.of(new BgpInput.SendBlocked(7)), inputs);

        peer.getInputStream().readNBytes(19 + MEGABYTES * MEGABYTE.length);
        await(() -> inputs.contains(new BgpInput.SendProgress(7, true)));
        assertTrue(inputs.contains(new BgpInput.SendProgress(7, false)), inputs::toString);
    }

    @Test
    void closesAfterAllThatWasSentIsOut() throws IOException {
        // What the peer still says must not turn our close into a reset.
        peer.getOutputStream().write(new byte[100]);
        onLoop(
                () -> {
                    connection.send(new byte[21]);
                    connection.close();
                });
        assertEquals(21, peer.getInputStream().readAllBytes().length);
        assertTrue(inputs.stream().noneMatch(BgpInput.TcpClosed.class::isInstance));
    }

    @Test
    void doesNotWaitForEverForAPeerThatDoesNotRead() {
        onLoop(
                () -> {
                    for (int i = 0; i < MEGABYTES; i++) {
                        connection.send(MEGABYTE);
                    }
                    connection.close();
                });
        await(() -> !channel.isOpen());
    }

    @Test
    void saysWhenThePeerCloses() throws IOException {
        peer.close();
        await(() -> inputs.stream().anyMatch(BgpInput.TcpClosed.class::isInstance));
    }

    private void onLoop(Runnable action) {
        channel.eventLoop().submit(action).syncUninterruptibly();
    }

    private static void await(BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadlineNanos < 0, "in time");
            Thread.onSpinWait();
        }
    }
}
