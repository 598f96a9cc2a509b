package culvert.gateway.routing;

import culvert.gateway.log.LogKey;
import culvert.tunio.EchoReply;
import culvert.tunio.IcmpEchoSocket;
import culvert.tunio.TunIoException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Echo requests through one tunnel, from our inside address to the peer's (AWS's endpoints answer).
 * After a miss they follow each other twice as fast, so that a death is known within two and a half
 * intervals at most: at the default of 250 ms routes move before 0.8 s are over.
 */
final class TunnelProbe implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TunnelProbe.class);
    private static final int PAYLOAD_BYTES = 16;

    /** More replies than this in one interval are not ours. */
    private static final int MAX_REPLIES = 64;

    private final EventLoop loop;
    private final WatchedTunnel tunnel;
    private final long intervalNanos;
    private final Supplier<String> currentSa;
    private final Runnable onVerdict;
    private final Runnable onMute;
    private final EchoTally tally = new EchoTally();
    private @Nullable IcmpEchoSocket socket;
    private @Nullable Future<?> timer;
    private String sa = "";
    private int sequence;

    /**
     * @param currentSa tells the tunnel's SAs apart; empty while it has none
     * @param onVerdict runs when the verdict has changed
     * @param onMute runs when nothing comes on an SA from a peer that answered on one before
     */
    TunnelProbe(
            EventLoop loop,
            WatchedTunnel tunnel,
            Duration interval,
            Supplier<String> currentSa,
            Runnable onVerdict,
            Runnable onMute) {
        this.loop = loop;
        this.tunnel = tunnel;
        this.intervalNanos = interval.toNanos();
        this.currentSa = currentSa;
        this.onVerdict = onVerdict;
        this.onMute = onMute;
    }

    EchoTally.Verdict verdict() {
        return tally.verdict();
    }

    int misses() {
        return tally.misses();
    }

    boolean isMute() {
        return tally.isMute();
    }

    /** Begins to probe when the tunnel has an SA; ends by itself when it has none any more. */
    void start() {
        if (timer == null && !currentSa.get().isEmpty()) {
            tick();
        }
    }

    private void tick() {
        EchoTally.Verdict before = tally.verdict();
        boolean wasMute = tally.isMute();
        String nowSa = currentSa.get();
        if (!nowSa.equals(sa)) {
            sa = nowSa;
            tally.newSa(System.nanoTime());
        }
        if (sa.isEmpty()) {
            timer = null;
            return;
        }
        IcmpEchoSocket open = open();
        if (open != null) {
            readReplies(open);
            tally.sending(tunnel.packetsIn().getAsLong());
            // A refusal (no buffer, interface down) is a probe that is not answered.
            open.send(tunnel.peer(), ++sequence, System.nanoTime(), PAYLOAD_BYTES);
        }
        long waitNanos = tally.isDoubtful() ? intervalNanos / 2 : intervalNanos;
        timer = loop.schedule(this::tick, waitNanos, TimeUnit.NANOSECONDS);
        if (tally.verdict() != before) {
            onVerdict.run();
        }
        if (tally.isMute() && !wasMute) {
            onMute.run();
        }
    }

    private void readReplies(IcmpEchoSocket open) {
        for (int i = 0; i < MAX_REPLIES; i++) {
            Optional<EchoReply> reply = open.receive();
            if (reply.isEmpty()) {
                return;
            }
            if (reply.get().from().equals(tunnel.peer())) {
                tally.reply(reply.get().timeNanos());
            }
        }
    }

    private @Nullable IcmpEchoSocket open() {
        if (socket == null) {
            try {
                IcmpEchoSocket opened =
                        IcmpEchoSocket.open(tunnel.local(), tunnel.interfaceIndex() ^ 0xC0CE);
                opened.bindToInterface(tunnel.interfaceName());
                socket = opened;
            } catch (TunIoException e) {
                log.atWarn()
                        .addKeyValue(LogKey.TUNNEL, tunnel.name())
                        .addKeyValue(LogKey.EVENT, "no-probe")
                        .addKeyValue(LogKey.REASON, e.getMessage())
                        .log("the path cannot be probed");
            }
        }
        return socket;
    }

    @Override
    public void close() {
        Future<?> armed = timer;
        if (armed != null) {
            armed.cancel(false);
        }
        IcmpEchoSocket open = socket;
        if (open != null) {
            open.close();
        }
    }
}
