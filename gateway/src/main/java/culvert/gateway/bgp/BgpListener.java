package culvert.gateway.bgp;

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
import io.netty.util.concurrent.Future;
import java.util.Map;
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

    /** Begins to listen; on the control loop or off it. */
    BgpListener(EventLoopGroup loop, BgpLink link, Consumer<EpollSocketChannel> accepted) {
        this.link = link;
        this.accepted = accepted;
        ServerBootstrap server =
                new ServerBootstrap()
                        .group(loop)
                        .channelFactory(() -> new EpollServerSocketChannel(family(link)))
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childHandler(new Doorman());
        link.md5Key()
                .ifPresent(
                        key ->
                                server.option(
                                        EpollChannelOption.TCP_MD5SIG,
                                        Map.of(link.remote(), key.octets())));
        ChannelFuture bound = server.bind(link.listenAddress());
        bound.addListener(this::bound);
        this.channel = bound.channel();
    }

    /** When the port is taken we only connect, which most peers answer. */
    private void bound(Future<?> attempt) {
        if (!attempt.isSuccess()) {
            log.warn(
                    "tunnel {}: no BGP connections are accepted, we only connect: {} port {}: {}"
                            + " (does another BGP daemon listen there?)",
                    link.peer(),
                    link.local().getHostAddress(),
                    BgpLink.BGP_PORT,
                    attempt.cause().getMessage());
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
                log.warn(
                        "tunnel {}: BGP connection of {} refused, only {} is the peer ({} so far)",
                        link.peer(),
                        connection.remoteAddress(),
                        link.remote().getHostAddress(),
                        strangers);
            }
            connection.config().setSoLinger(0);
            connection.close();
        }
    }
}
