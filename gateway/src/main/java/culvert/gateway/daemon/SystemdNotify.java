package culvert.gateway.daemon;

import culvert.gateway.log.LogKey;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells systemd how the service is doing (sd_notify(3)); silent when systemd did not start us. */
final class SystemdNotify {
    static final String READY = "READY=1";

    /** With the time in microseconds, of the clock of System.nanoTime; READY=1 ends it. */
    static final String RELOADING = "RELOADING=1\nMONOTONIC_USEC=%d";

    static final String STOPPING = "STOPPING=1";
    static final String WATCHDOG = "WATCHDOG=1";

    /** One line follows, which {@code systemctl status} shows. */
    static final String STATUS = "STATUS=";

    private static final Logger log = LoggerFactory.getLogger(SystemdNotify.class);

    private final Optional<String> socket;
    private final OptionalLong watchdogMicros;
    private final EventLoopGroup loop;

    /**
     * @param environment of the process
     */
    SystemdNotify(EventLoopGroup loop, Map<String, String> environment) {
        this.loop = loop;
        this.socket = Optional.ofNullable(environment.get("NOTIFY_SOCKET"));
        this.watchdogMicros = watchdogMicros(environment);
    }

    /** sd_watchdog_enabled(3): a time meant for another process is not ours. */
    private static OptionalLong watchdogMicros(Map<String, String> environment) {
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        String pid = environment.getOrDefault("WATCHDOG_PID", "");
        boolean ours = pid.isEmpty() || pid.equals(Long.toString(ProcessHandle.current().pid()));
        return ours && micros.matches("[1-9][0-9]{0,17}")
                ? OptionalLong.of(Long.parseLong(micros))
                : OptionalLong.empty();
    }

    boolean isListening() {
        return socket.isPresent();
    }

    /** How long systemd waits for {@link #WATCHDOG} before it restarts us; empty: for ever. */
    OptionalLong watchdogMicros() {
        return socket.isPresent() ? watchdogMicros : OptionalLong.empty();
    }

    void tell(String state) {
        socket.ifPresent(path -> send(path, state));
    }

    private void send(String path, String state) {
        // A leading @ stands for the abstract namespace, whose names start with a zero octet.
        String name = path.startsWith("@") ? "\0" + path.substring(1) : path;
        ChannelFuture connected =
                new Bootstrap()
                        .group(loop)
                        .channel(EpollDomainDatagramChannel.class)
                        .handler(new IgnoreEverything())
                        .connect(new DomainSocketAddress(name));
        Channel channel = connected.channel();
        // Not waited for: the control loop calls this too.
        connected.addListener(
                done -> {
                    if (done.isSuccess()) {
                        channel.writeAndFlush(Unpooled.copiedBuffer(state, StandardCharsets.UTF_8))
                                .addListener(sent -> finish(sent, channel, state, path));
                    } else {
                        finish(done, channel, state, path);
                    }
                });
    }

    private static void finish(Future<?> sent, Channel channel, String state, String path) {
        if (!sent.isSuccess()) {
            log.atWarn()
                    .addKeyValue(LogKey.EVENT, "systemd-notify")
                    .addKeyValue(LogKey.REASON, sent.cause().toString())
                    .log("systemd did not take '{}' at {}", state, path);
        }
        channel.close();
    }

    private static final class IgnoreEverything extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            log.debug("systemd socket: {}", cause.toString());
        }
    }
}
