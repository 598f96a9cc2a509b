package culvert.gateway.bgp;

import culvert.bgp.BgpAction;
import culvert.bgp.BgpEvent;
import culvert.bgp.BgpInput;
import culvert.bgp.BgpSpeaker;
import culvert.gateway.log.LogKey;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Moves octets and time between the sans-IO BGP speaker and TCP. Every method runs on the control
 * loop, which owns all BGP state (invariant 2).
 */
public final class BgpDriver implements AutoCloseable {
    /** What comes of the sessions. */
    public interface Listener {
        /** Packets for these prefixes go elsewhere. */
        void routesChanged(BgpAction.RoutesChanged changed);

        /** A peer's session is in another state. */
        void stateChanged(BgpAction.PeerStateChanged changed);

        /** Something that is worth a line in the log, which it has got. */
        void reported(BgpEvent event);
    }

    private static final Logger log = LoggerFactory.getLogger(BgpDriver.class);
    private static final int CONNECT_TIMEOUT_MILLIS = 5000;

    private final EventLoop loop;
    private final BgpSpeaker speaker;
    private final Listener listener;
    private final Map<String, BgpLink> links = new LinkedHashMap<>();
    private final Map<InetAddress, BgpListener> listeners = new HashMap<>();
    private final Map<Long, BgpConnection> connections = new HashMap<>();
    private final Map<String, ChannelFuture> attempts = new HashMap<>();
    private final ArrayDeque<BgpInput> waiting = new ArrayDeque<>();
    private long lastConnectionId;
    private boolean delivering;
    private @Nullable Future<?> timer;
    private long timerDeadlineNanos = Long.MAX_VALUE;

    public BgpDriver(EventLoop loop, BgpSpeaker speaker, Listener listener) {
        this.loop = loop;
        this.speaker = speaker;
        this.listener = listener;
    }

    /** Listens for the peers; off the loop it returns when it does. They are configured apart. */
    public void open(List<BgpLink> all) {
        all.forEach(link -> links.put(link.peer(), link));
        all.stream().map(BgpLink::local).distinct().forEach(this::listen);
        if (!loop.inEventLoop()) {
            listeners.values().forEach(BgpListener::awaitBound);
        }
    }

    /** Listens for the peer, in place of what was opened under its name. It is configured apart. */
    public void open(BgpLink link) {
        forget(link.peer());
        links.put(link.peer(), link);
        listen(link.local());
    }

    /**
     * The same link with its own copy of the key, which is read when the next connection starts.
     */
    public void renew(BgpLink link) {
        links.put(link.peer(), link);
    }

    /** Listens for the peer no more; the speaker ends its connections. */
    public void forget(String peer) {
        BgpLink link = links.remove(peer);
        if (link != null) {
            listen(link.local());
        }
        ChannelFuture attempt = attempts.remove(peer);
        if (attempt != null) {
            attempt.cancel(false);
            attempt.channel().close();
        }
    }

    /** One socket for all peers that find us at this address, with all their keys. */
    private void listen(InetAddress local) {
        BgpListener former = listeners.remove(local);
        if (former != null) {
            former.close();
        }
        List<BgpLink> here = links.values().stream().filter(l -> l.local().equals(local)).toList();
        if (!here.isEmpty()) {
            listeners.put(
                    local,
                    new BgpListener(loop, here, (link, channel) -> connected(link, channel, true)));
        }
    }

    /** Gives the speaker one input and carries out what it answers. */
    public void deliver(BgpInput input) {
        waiting.add(input);
        if (delivering) {
            return; // what an action causes comes after all actions of the input before it
        }
        delivering = true;
        try {
            for (BgpInput next = waiting.poll(); next != null; next = waiting.poll()) {
                speaker.handle(next, System.nanoTime()).forEach(this::perform);
            }
        } finally {
            delivering = false;
        }
        armTimer();
    }

    private void perform(BgpAction action) {
        switch (action) {
            case BgpAction.Connect(String peer) -> connect(link(peer));
            case BgpAction.Send(long id, byte[] message) -> {
                BgpConnection connection = connections.get(id);
                if (connection != null) {
                    connection.send(message);
                }
            }
            case BgpAction.CloseConnection(long id) -> {
                BgpConnection connection = connections.get(id);
                if (connection != null) {
                    connection.close();
                }
            }
            case BgpAction.RoutesChanged changed -> listener.routesChanged(changed);
            case BgpAction.PeerStateChanged changed -> {
                log.atInfo()
                        .addKeyValue(LogKey.TUNNEL, changed.peer())
                        .addKeyValue(LogKey.EVENT, "bgp-state")
                        .addKeyValue(LogKey.REASON, changed.reason())
                        .log("BGP {}", changed.state());
                listener.stateChanged(changed);
            }
            case BgpAction.Report(BgpEvent event) -> {
                report(event);
                listener.reported(event);
            }
        }
    }

    private BgpLink link(String peer) {
        return Objects.requireNonNull(links.get(peer), peer);
    }

    private void connect(BgpLink link) {
        ChannelFuture former = attempts.remove(link.peer());
        if (former != null) {
            former.cancel(false);
            former.channel().close();
        }
        Bootstrap client =
                new Bootstrap()
                        .group(loop)
                        .channelFactory(() -> new EpollSocketChannel(BgpListener.family(link)))
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                        .option(ChannelOption.RECVBUF_ALLOCATOR, BgpConnection.PORTIONS)
                        .handler(new ChannelInboundHandlerAdapter());
        link.md5Key()
                .ifPresent(
                        key ->
                                client.option(
                                        EpollChannelOption.TCP_MD5SIG,
                                        Map.of(link.remote(), key.octets())));
        TtlSecurity.ofConnecting(link).forEach(client::option);
        ChannelFuture attempt =
                client.connect(link.peerAddress(), new InetSocketAddress(link.local(), 0));
        attempts.put(link.peer(), attempt);
        attempt.addListener(done -> attempted(link, attempt));
    }

    private void attempted(BgpLink link, ChannelFuture attempt) {
        if (!attempts.remove(link.peer(), attempt)) {
            attempt.channel().close(); // given up for a newer one
        } else if (attempt.isSuccess()) {
            connected(link, (EpollSocketChannel) attempt.channel(), false);
        } else {
            deliver(
                    new BgpInput.TcpFailed(
                            link.peer(), String.valueOf(attempt.cause().getMessage())));
        }
    }

    private void connected(BgpLink link, EpollSocketChannel channel, boolean incoming) {
        long id = ++lastConnectionId;
        channel.config().setTcpNoDelay(true);
        BgpConnection connection =
                new BgpConnection(id, channel, this::deliver, () -> connections.remove(id));
        connections.put(id, connection);
        channel.pipeline().addLast(connection);
        deliver(
                new BgpInput.TcpConnected(
                        link.peer(),
                        id,
                        channel.localAddress(),
                        channel.remoteAddress(),
                        incoming));
    }

    private static void report(BgpEvent event) {
        Level level =
                switch (event.kind()) {
                    case SESSION_ESTABLISHED,
                            SESSION_ENDED,
                            COLLISION_RESOLVED,
                            END_OF_RIB,
                            STALE_ROUTES_KEPT,
                            STALE_ROUTES_DROPPED ->
                            Level.INFO;
                    case NOTIFICATION_SENT,
                            NOTIFICATION_RECEIVED,
                            CONNECTION_REFUSED,
                            MALFORMED_UPDATE,
                            MAXIMUM_PREFIXES_NEAR,
                            MAXIMUM_PREFIXES_EXCEEDED,
                            ADVERTISE_LIMIT_NEAR,
                            ADVERTISE_LIMIT_REACHED,
                            CANNOT_ADVERTISE,
                            REFRESH_IMPOSSIBLE ->
                            Level.WARN;
                };
        String kind = event.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        log.atLevel(level)
                .addKeyValue(LogKey.TUNNEL, event.peer())
                .addKeyValue(LogKey.EVENT, "bgp-" + kind)
                .log("BGP: {}", event.text());
    }

    /** One timer for the earliest deadline; moved only when that changes. */
    private void armTimer() {
        long deadlineNanos = speaker.nextDeadlineNanos();
        Future<?> armed = timer;
        if (armed != null) {
            if (!armed.isDone() && deadlineNanos == timerDeadlineNanos) {
                return;
            }
            armed.cancel(false);
        }
        timerDeadlineNanos = deadlineNanos;
        timer =
                deadlineNanos == Long.MAX_VALUE
                        ? null
                        : loop.schedule(
                                () -> deliver(new BgpInput.TimerDue()),
                                Math.max(0, deadlineNanos - System.nanoTime()),
                                TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        listeners.values().forEach(BgpListener::close);
        connections.values().forEach(c -> c.channel().close());
    }
}
