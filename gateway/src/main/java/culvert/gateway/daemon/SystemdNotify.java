package culvert.gateway.daemon;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells systemd how the service is doing (sd_notify(3)); silent when systemd did not start us. */
final class SystemdNotify {
    static final String READY = "READY=1";
    static final String STOPPING = "STOPPING=1";

    private static final Logger log = LoggerFactory.getLogger(SystemdNotify.class);

    private final Optional<String> socket;
    private final EventLoopGroup loop;

    SystemdNotify(EventLoopGroup loop) {
        this.loop = loop;
        this.socket = Optional.ofNullable(System.getenv("NOTIFY_SOCKET"));
    }

    void tell(String state) {
        socket.ifPresent(path -> send(path, state));
    }

    private void send(String path, String state) {
        // A leading @ stands for the abstract namespace, whose names start with a zero octet.
        String name = path.startsWith("@") ? "\0" + path.substring(1) : path;
        Channel channel =
                new Bootstrap()
                        .group(loop)
                        .channel(EpollDomainDatagramChannel.class)
                        .handler(new IgnoreEverything())
                        .register()
                        .syncUninterruptibly()
                        .channel();
        channel.writeAndFlush(
                        new DomainDatagramPacket(
                                Unpooled.copiedBuffer(state, StandardCharsets.UTF_8),
                                new DomainSocketAddress(name)))
                .addListener(
                        sent -> {
                            if (!sent.isSuccess()) {
                                log.warn(
                                        "systemd did not take '{}' at {}: {}",
                                        state,
                                        path,
                                        sent.cause().getMessage());
                            }
                            channel.close();
                        });
    }

    private static final class IgnoreEverything extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            log.debug("systemd socket: {}", cause.toString());
        }
    }
}
