package culvert.gateway.bgp;

import culvert.gateway.log.LogKey;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes BGP connections on one address of ours, from the peers on that link alone. */
final class BgpListener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BgpListener.class);

    /** A peer has two connections at most; others in the queue are strangers to be refused. */
    private static final int BACKLOG = 64;

    private final List<BgpLink> links;
    private final BiConsumer<BgpLink, EpollSocketChannel> accepted;
    private final ChannelFuture bound;
    private long strangers;

    /**
     * Begins to listen; on the control loop or off it.
     *
     * @param links all with the same local address
     */
    BgpListener(
            EventLoopGroup loop,
            List<BgpLink> links,
            BiConsumer<BgpLink, EpollSocketChannel> accepted) {
        this.links = links;
        this.accepted = accepted;
        BgpLink link = links.getFirst();
        ServerBootstrap server =
                new ServerBootstrap()
                        .group(loop)
                        .channelFactory(() -> new EpollServerSocketChannel(family(link)))
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        // The LAN may come up later than we do.
                        .option(EpollChannelOption.IP_FREEBIND, true)
                        .childOption(ChannelOption.RECVBUF_ALLOCATOR, BgpConnection.PORTIONS)
                        .childHandler(new Doorman());
        Map<InetAddress, byte[]> keys = new HashMap<>();
        for (BgpLink each : links) {
            each.md5Key().ifPresent(key -> keys.put(each.remote(), key.octets()));
        }
        if (!keys.isEmpty()) {
            server.option(EpollChannelOption.TCP_MD5SIG, keys);
        }
        TtlSecurity.ofListener(links).forEach(server::option);
        this.bound = server.bind(link.listenAddress());
        bound.addListener(this::bound);
    }

    /** When the port is taken we only connect, which most peers answer. */
    private void bound(Future<?> attempt) {
        if (attempt.isSuccess()) {
            return;
        }
        BgpLink link = links.getFirst();
        log.atWarn()
                .addKeyValue(LogKey.TUNNEL, link.peer())
                .addKeyValue(LogKey.EVENT, "bgp-listen")
                .addKeyValue(
                        LogKey.REASON,
                        "%s port %d: %s (does another BGP daemon listen there?)"
                                .formatted(
                                        link.local().getHostAddress(),
                                        BgpLink.BGP_PORT,
                                        attempt.cause().getMessage()))
                .log("no BGP connections are accepted, we only connect");
    }

    /** Returns when it listens, or cannot; not to be called on the loop. */
    void awaitBound() {
        bound.awaitUninterruptibly();
    }

    static SocketProtocolFamily family(BgpLink link) {
        return link.isIpv4() ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    }

    @Override
    public void close() {
        bound.channel().close();
    }

    private final class Doorman extends ChannelInitializer<EpollSocketChannel> {
        @Override
        protected void initChannel(EpollSocketChannel connection) {
            InetAddress remote = connection.remoteAddress().getAddress();
            for (BgpLink link : links) {
                if (remote.equals(link.remote())) {
                    TtlSecurity.ofAccepted(link).forEach(connection.config()::setOption);
                    accepted.accept(link, connection);
                    return;
                }
            }
            strangers++;
            // A flood of them writes few lines: the 1st, 2nd, 4th, 8th ...
            if (Long.bitCount(strangers) == 1) {
                log.atWarn()
                        .addKeyValue(LogKey.TUNNEL, links.getFirst().peer())
                        .addKeyValue(LogKey.EVENT, "bgp-stranger")
                        .log(
                                "BGP connection of {} refused, only {} is a peer there ({} so far)",
                                connection.remoteAddress(),
                                links.stream()
                                        .map(l -> l.remote().getHostAddress())
                                        .collect(Collectors.joining(", ")),
                                strangers);
            }
            connection.config().setSoLinger(0);
            connection.close();
        }
    }
}
