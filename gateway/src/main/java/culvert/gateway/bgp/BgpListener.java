package culvert.gateway.bgp;

import culvert.gateway.log.LogKey;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes BGP connections on one inside address, from that tunnel's peer alone. */
final class BgpListener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BgpListener.class);

    /** The peer has two connections at most; others in the queue are strangers to be refused. */
    private static final int BACKLOG = 8;

    private final BgpLink link;
    private final Consumer<EpollSocketChannel> accepted;
    private final Channel channel;
    private long strangers;

    private BgpListener(EventLoopGroup loop, BgpLink link, Consumer<EpollSocketChannel> accepted) {
        this.link = link;
        this.accepted = accepted;
        ServerBootstrap server =
                new ServerBootstrap()
                        .group(loop)
                        .channelFactory(() -> new EpollServerSocketChannel(family(link)))
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childOption(ChannelOption.RECVBUF_ALLOCATOR, BgpConnection.PORTIONS)
                        .childHandler(new Doorman());
        link.md5Key()
                .ifPresent(
                        key ->
                                server.option(
                                        EpollChannelOption.TCP_MD5SIG,
                                        Map.of(link.remote(), key.octets())));
        TtlSecurity.options(link).forEach(server::option);
        ChannelFuture bound = server.bind(link.listenAddress()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IllegalStateException(String.valueOf(bound.cause().getMessage()));
        }
        this.channel = bound.channel();
    }

    /** Empty when the port is taken: then we only connect, which most peers answer. */
    static Optional<BgpListener> open(
            EventLoopGroup loop, BgpLink link, Consumer<EpollSocketChannel> accepted) {
        try {
            return Optional.of(new BgpListener(loop, link, accepted));
        } catch (IllegalStateException e) {
            log.atWarn()
                    .addKeyValue(LogKey.TUNNEL, link.peer())
                    .addKeyValue(LogKey.EVENT, "bgp-listen")
                    .addKeyValue(
                            LogKey.REASON,
                            "%s port %d: %s (does another BGP daemon listen there?)"
                                    .formatted(
                                            link.local().getHostAddress(),
                                            BgpLink.BGP_PORT,
                                            e.getMessage()))
                    .log("no BGP connections are accepted, we only connect");
            return Optional.empty();
        }
    }

    static SocketProtocolFamily family(BgpLink link) {
        return link.isIpv4() ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    }

    @Override
    public void close() {
        channel.close();
    }

    private final class Doorman extends ChannelInitializer<EpollSocketChannel> {
        @Override
        protected void initChannel(EpollSocketChannel connection) {
            if (connection.remoteAddress().getAddress().equals(link.remote())) {
                accepted.accept(connection);
                return;
            }
            strangers++;
            // A flood of them writes few lines: the 1st, 2nd, 4th, 8th ...
            if (Long.bitCount(strangers) == 1) {
                log.atWarn()
                        .addKeyValue(LogKey.TUNNEL, link.peer())
                        .addKeyValue(LogKey.EVENT, "bgp-stranger")
                        .log(
                                "BGP connection of {} refused, only {} is the peer ({} so far)",
                                connection.remoteAddress(),
                                link.remote().getHostAddress(),
                                strangers);
            }
            connection.config().setSoLinger(0);
            connection.close();
        }
    }
}
