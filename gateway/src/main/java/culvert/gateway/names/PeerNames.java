package culvert.gateway.names;

import culvert.ike.IkeInput;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the system's resolver where peers' names lead. Every method runs on the control loop, and
 * nobody waits: a lookup has a thread of its own for as long as the resolver takes, one at most for
 * each name, so that a name whose servers are silent holds up no other.
 */
public final class PeerNames {
    private static final Logger log = LoggerFactory.getLogger(PeerNames.class);

    /** After so long the tunnel is told that nothing comes; what comes later still counts. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A question that the resolver has not answered. */
    private static final class Lookup {
        private boolean overdue;
        private @Nullable Future<?> timer;
    }

    private final ScheduledExecutorService loop;
    private final Consumer<IkeInput> receiver;
    private final Resolver resolver;
    private final Duration patience;
    private final Map<String, Lookup> underWay = new HashMap<>();

    /**
     * @param receiver gets {@link IkeInput.PeerFound} and {@link IkeInput.PeerNotFound}, on the
     *     control loop
     */
    public PeerNames(ScheduledExecutorService loop, Consumer<IkeInput> receiver) {
        this(loop, receiver, InetAddress::getAllByName, PATIENCE);
    }

    PeerNames(
            ScheduledExecutorService loop,
            Consumer<IkeInput> receiver,
            Resolver resolver,
            Duration patience) {
        this.loop = loop;
        this.receiver = receiver;
        this.resolver = resolver;
        this.patience = patience;
    }

    /** Asks, unless the same question is still open; the receiver gets an answer either way. */
    public void lookUp(String name) {
        Lookup open = underWay.get(name);
        if (open == null) {
            start(name);
        } else if (open.overdue) {
            onLoop(() -> receiver.accept(overdue(name)));
        }
    }

    private void start(String name) {
        Lookup lookup = new Lookup();
        underWay.put(name, lookup);
        lookup.timer =
                loop.schedule(
                        () -> {
                            lookup.overdue = true;
                            receiver.accept(overdue(name));
                        },
                        patience.toNanos(),
                        TimeUnit.NANOSECONDS);
        Thread.ofPlatform()
                .name("peer-name")
                .daemon(true)
                .start(
                        () -> {
                            IkeInput answer = ask(name);
                            onLoop(() -> done(name, lookup, answer));
                        });
    }

    private IkeInput ask(String name) {
        try {
            return new IkeInput.PeerFound(name, List.of(resolver.addresses(name)));
        } catch (UnknownHostException e) {
            return new IkeInput.PeerNotFound(name, words(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            return new IkeInput.PeerNotFound(name, "cannot be looked up (" + e + ")");
        }
    }

    /** The JDK gives gai_strerror(3) behind the name. */
    private static String words(String message) {
        if (message.contains("Name or service not known")) {
            return "does not exist";
        }
        if (message.contains("No address associated with hostname")) {
            return "has no address";
        }
        if (message.contains("Temporary failure in name resolution")) {
            return "gets no answer from the DNS";
        }
        return "cannot be looked up (%s)".formatted(message);
    }

    private IkeInput overdue(String name) {
        return new IkeInput.PeerNotFound(
                name,
                "gets no answer from the resolver in %.0f s"
                        .formatted(Math.ceil(patience.toMillis() / 1000.0)));
    }

    private void done(String name, Lookup lookup, IkeInput answer) {
        underWay.remove(name, lookup);
        Future<?> timer = lookup.timer;
        if (timer != null) {
            timer.cancel(false);
        }
        receiver.accept(answer);
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("the daemon ended while a name was looked up", e);
        }
    }
}
