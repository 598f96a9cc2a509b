package culvert.gateway.daemon;

import culvert.gateway.log.LogKey;
import io.netty.channel.EventLoop;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when routes of an earlier run may go: when every peer has announced all that it has; or a
 * while after one peer of each connection has, since a tunnel that stays down must not keep stale
 * routes for ever. As long as a whole connection is silent they stay, because nobody knows what it
 * would announce.
 */
final class RestartSweep {
    private static final Logger log = LoggerFactory.getLogger(RestartSweep.class);
    private static final long GRACE_SECONDS = 60;

    private final EventLoop loop;
    private final Runnable sweep;
    private final Set<String> incomplete = new HashSet<>();
    private final Set<List<String>> silent;
    private boolean waiting;
    private boolean swept;

    /**
     * @param connections the tunnels with BGP of each connection
     * @param sweep runs once
     */
    RestartSweep(EventLoop loop, List<List<String>> connections, Runnable sweep) {
        this.loop = loop;
        this.sweep = sweep;
        connections.forEach(incomplete::addAll);
        this.silent = new HashSet<>(connections);
    }

    /** Without BGP all is known at once. */
    void start() {
        check();
    }

    void complete(String tunnel) {
        incomplete.remove(tunnel);
        silent.removeIf(connection -> connection.contains(tunnel));
        check();
    }

    /** The tunnel is not configured any more, and announces nothing. */
    void forget(String tunnel) {
        incomplete.remove(tunnel);
        silent.removeIf(connection -> connection.stream().noneMatch(incomplete::contains));
        check();
    }

    private void check() {
        if (incomplete.isEmpty()) {
            sweep();
        } else if (silent.isEmpty() && !waiting) {
            waiting = true;
            loop.schedule(this::sweep, GRACE_SECONDS, TimeUnit.SECONDS);
        }
    }

    boolean isDone() {
        return swept;
    }

    private void sweep() {
        if (!swept) {
            swept = true;
            log.atDebug().addKeyValue(LogKey.EVENT, "routes-swept").log("all routes are known");
            sweep.run();
        }
    }
}
