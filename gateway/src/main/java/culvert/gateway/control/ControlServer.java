package culvert.gateway.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.PeerCredentials;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control socket, on the control loop: one line in, one answer out, close.
 *
 * <p>Only root, the daemon's user and members of its group may ask: the file's mode says so, and
 * the kernel's word on who connected (SO_PEERCRED) is checked again, because a mode can be changed.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControlServer.class);
    private static final int MAX_REQUEST_BYTES = 512;
    private static final int REQUEST_TIMEOUT_SECONDS = 5;

    private final Path socket;
    private final Function<ControlRequest, ControlReply> answer;
    private final int ownUid;
    private final int ownGid;
    private final Channel channel;

    /**
     * Listens at once.
     *
     * @param answer called on the control loop
     * @throws IOException with a sentence for people
     */
    public ControlServer(
            Path socket, EventLoopGroup loop, Function<ControlRequest, ControlReply> answer)
            throws IOException {
        this.socket = socket;
        this.answer = answer;
        Path directory = socket.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        removeStaleSocket();
        this.channel =
                new ServerBootstrap()
                        .group(loop)
                        .channel(EpollServerDomainSocketChannel.class)
                        .childHandler(new ConnectionInitializer())
                        .bind(new DomainSocketAddress(socket.toFile()))
                        .syncUninterruptibly()
                        .channel();
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
        this.ownUid = (Integer) Files.getAttribute(socket, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        this.ownGid = (Integer) Files.getAttribute(socket, "unix:gid", LinkOption.NOFOLLOW_LINKS);
    }

    private void removeStaleSocket() throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        ControlReply probe =
                new ControlClient(socket)
                        .ask(new ControlRequest.Status(ControlRequest.Format.JSON));
        if (probe.exitCode() != ExitCode.DAEMON_NOT_RUNNING) {
            throw new IOException(
                    "another daemon answers at " + socket + ": stop it, or set control-socket");
        }
        Files.delete(socket);
    }

    private boolean mayAsk(PeerCredentials peer) {
        return peer.uid() == 0
                || peer.uid() == ownUid
                || Arrays.stream(peer.gids()).anyMatch(gid -> gid == ownGid);
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            log.warn("control socket {} could not be removed: {}", socket, e.getMessage());
        }
    }

    private final class ConnectionInitializer extends ChannelInitializer<EpollDomainSocketChannel> {
        @Override
        protected void initChannel(EpollDomainSocketChannel connection) throws IOException {
            PeerCredentials peer = connection.peerCredentials();
            if (!mayAsk(peer)) {
                log.warn("control connection of uid {} (pid {}) refused", peer.uid(), peer.pid());
                connection
                        .writeAndFlush(
                                wire(
                                        new ControlReply(
                                                ExitCode.PERMISSION,
                                                "only root, the daemon's user and its group may use the control socket\n")))
                        .addListener(ChannelFutureListener.CLOSE);
                return;
            }
            connection
                    .pipeline()
                    .addLast(new ReadTimeoutHandler(REQUEST_TIMEOUT_SECONDS))
                    .addLast(new LineBasedFrameDecoder(MAX_REQUEST_BYTES))
                    .addLast(new RequestHandler());
        }
    }

    private final class RequestHandler extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
            ControlReply reply =
                    ControlRequest.ofLine(line.toString(StandardCharsets.UTF_8))
                            .map(answer)
                            .orElseGet(
                                    () ->
                                            ControlReply.failure(
                                                    "the daemon does not know this request: is the command of another version?"));
            context.writeAndFlush(wire(reply)).addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A client that sends too much, nothing, or goes away ends its own connection only.
            log.debug("control connection: {}", cause.toString());
            context.close();
        }
    }

    private static ByteBuf wire(ControlReply reply) {
        return Unpooled.copiedBuffer(reply.toWire(), StandardCharsets.UTF_8);
    }
}
