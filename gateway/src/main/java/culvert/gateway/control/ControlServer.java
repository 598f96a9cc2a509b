package culvert.gateway.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.PeerCredentials;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control socket, on the control loop: one line in, one answer or stream out, close.
 *
 * <p>Only root, the daemon's user and members of its group may ask: the file's mode says so, and
 * the kernel's word on who connected (SO_PEERCRED) is checked again, because a mode can be changed.
 *
 * <p>Clients cost bounded memory and time: {@value #MOST_CONNECTIONS} at once, {@value
 * #MAX_REQUEST_BYTES} octets of request within {@value #REQUEST_TIMEOUT_SECONDS} s, and an answer
 * that a client does not take within {@value #ANSWER_TIMEOUT_SECONDS} s ends its connection.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControlServer.class);
    private static final String UNKNOWN_REQUEST =
            "the daemon does not know this request: is the command of another version?";
    static final int MOST_CONNECTIONS = 64;
    static final int MAX_REQUEST_BYTES = 512;
    static final int REQUEST_TIMEOUT_SECONDS = 5;
    static final int ANSWER_TIMEOUT_SECONDS = 10;

    private final Path socket;
    private final Function<ControlRequest, ControlAnswer> answer;
    private final int ownUid;
    private final int ownGid;
    private final Channel channel;
    private int connections;

    /**
     * Listens at once.
     *
     * @param answer called on the control loop
     * @throws IOException with a sentence for people
     */
    public ControlServer(
            Path socket, EventLoopGroup loop, Function<ControlRequest, ControlAnswer> answer)
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
            if (connections >= 2 * MOST_CONNECTIONS) {
                connection.close();
                return;
            }
            Optional<ControlReply> refusal = refusal(connection.peerCredentials());
            connections++;
            connection.closeFuture().addListener(closed -> connections--);
            connection
                    .pipeline()
                    .addLast(new ReadTimeoutHandler(REQUEST_TIMEOUT_SECONDS))
                    .addLast(new WriteTimeoutHandler(ANSWER_TIMEOUT_SECONDS))
                    .addLast(new LineBasedFrameDecoder(MAX_REQUEST_BYTES))
                    .addLast(new RequestHandler(refusal));
        }
    }

    private Optional<ControlReply> refusal(PeerCredentials peer) {
        if (!mayAsk(peer)) {
            log.warn("control connection of uid {} (pid {}) refused", peer.uid(), peer.pid());
            return Optional.of(
                    new ControlReply(
                            ExitCode.PERMISSION,
                            "only root, the daemon's user and its group may use the control socket\n"));
        }
        return connections >= MOST_CONNECTIONS
                ? Optional.of(ControlReply.failure("too many clients of the control socket"))
                : Optional.empty();
    }

    private final class RequestHandler extends SimpleChannelInboundHandler<ByteBuf> {
        private final Optional<ControlReply> refusal;

        /**
         * @param refusal what is said to whatever this client asks; not said before it asked,
         *     because the kernel throws away what is sent on a socket that is closed with octets
         *     unread
         */
        RequestHandler(Optional<ControlReply> refusal) {
            this.refusal = refusal;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
            ControlAnswer reply =
                    refusal.isPresent()
                            ? refusal.get()
                            : ControlRequest.ofLine(line.toString(StandardCharsets.UTF_8))
                                    .map(answer)
                                    .orElseGet(() -> ControlReply.failure(UNKNOWN_REQUEST));
            // One request on each connection; a stream's client may be silent for as long as it
            // likes.
            context.pipeline().remove(ReadTimeoutHandler.class);
            context.pipeline().remove(LineBasedFrameDecoder.class);
            context.pipeline().remove(this);
            context.pipeline().addLast(new Deaf());
            switch (reply) {
                case ControlReply whole ->
                        context.writeAndFlush(wire(whole)).addListener(ChannelFutureListener.CLOSE);
                case ControlPromise(var later) ->
                        later.thenAccept(
                                whole ->
                                        context.writeAndFlush(wire(whole))
                                                .addListener(ChannelFutureListener.CLOSE));
                case ControlStream stream -> begin(context.channel(), stream);
            }
        }

        private static void begin(Channel channel, ControlStream stream) {
            channel.writeAndFlush(wire(new ControlReply(ExitCode.OK, "")));
            Runnable ended = stream.open().apply(new ControlOutlet(channel));
            channel.closeFuture().addListener(closed -> ended.run());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A client that sends too much, nothing, or goes away ends its own connection only.
            log.debug("control connection: {}", cause.toString());
            context.close();
        }
    }

    /** After its request a client has nothing to say; what it sends all the same is not kept. */
    private static final class Deaf extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            log.debug("control connection: {}", cause.toString());
            context.close();
        }
    }

    private static ByteBuf wire(ControlReply reply) {
        return Unpooled.copiedBuffer(reply.toWire(), StandardCharsets.UTF_8);
    }
}
