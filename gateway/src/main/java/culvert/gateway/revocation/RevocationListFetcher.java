package culvert.gateway.revocation;

import culvert.gateway.log.LogKey;
import culvert.ike.certificate.CertificateProblem;
import culvert.ike.certificate.CertificateText;
import culvert.ike.certificate.CertificateTime;
import culvert.ike.certificate.DistributionPoint;
import java.io.IOException;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the revocation lists that the tunnels need: fetches each at once, again long before it
 * ends, and after a failure with growing pauses. Every method runs on the control loop; one thread
 * beside it, which there is once something is to be fetched, waits for answers and reads them.
 */
public final class RevocationListFetcher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RevocationListFetcher.class);
    private static final String EVENT = "revocation-list";

    static final int MOST_POINTS = 16;

    /** Of all lists together: in memory they are some ten times as large. */
    static final int LARGEST_BYTES = 4 * 1024 * 1024;

    /** The calendar may jump while we sleep. */
    private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

    /** One point and what came from there. */
    private static final class Entry {
        private @Nullable X509CRL list;
        private int lengthBytes;
        private long fetchedMillis;
        private int failures;
        private String failure = "";
        private long refreshMillis;
        private boolean underWay;
        private @Nullable Future<?> timer;

        RevocationListStatus status(DistributionPoint point) {
            X509CRL held = list;
            return new RevocationListStatus(
                    point,
                    held == null ? OptionalLong.empty() : OptionalLong.of(seconds(fetchedMillis)),
                    held == null
                            ? OptionalLong.empty()
                            : OptionalLong.of(CertificateTime.unixSeconds(held.getNextUpdate())),
                    underWay ? OptionalLong.empty() : OptionalLong.of(seconds(refreshMillis)),
                    failures,
                    failures == 0 ? Optional.empty() : Optional.of(failure));
        }

        private static long seconds(long millis) {
            return TimeUnit.MILLISECONDS.toSeconds(millis);
        }

        void stop() {
            Future<?> waiting = timer;
            if (waiting != null) {
                waiting.cancel(false);
            }
        }
    }

    /** What one attempt came to. */
    private sealed interface Outcome {
        record Fetched(X509CRL list, int lengthBytes) implements Outcome {}

        record Failed(String what, String hint) implements Outcome {}
    }

    private final ScheduledExecutorService loop;
    private final BiConsumer<DistributionPoint, X509CRL> receiver;
    private final Pace pace;
    private final ListDownload download;
    private final ExecutorService worker =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("revocation-lists").daemon(true).factory());
    private final Map<String, Set<DistributionPoint>> neededByTunnel = new HashMap<>();
    private final Map<DistributionPoint, Entry> entries = new LinkedHashMap<>();

    /**
     * @param receiver gets every new list, on the control loop
     */
    public RevocationListFetcher(
            ScheduledExecutorService loop, BiConsumer<DistributionPoint, X509CRL> receiver) {
        this(loop, receiver, Pace.USUAL);
    }

    RevocationListFetcher(
            ScheduledExecutorService loop,
            BiConsumer<DistributionPoint, X509CRL> receiver,
            Pace pace) {
        this.loop = loop;
        this.receiver = receiver;
        this.pace = pace;
        this.download = new ListDownload(pace.timeLimit());
    }

    /** The tunnel needs the lists from there, and no others any more. */
    public void need(String tunnel, Set<DistributionPoint> points) {
        if (points.isEmpty()) {
            neededByTunnel.remove(tunnel);
        } else {
            neededByTunnel.put(tunnel, points);
        }
        Set<DistributionPoint> needed = new LinkedHashSet<>();
        neededByTunnel.values().forEach(needed::addAll);
        entries.forEach(
                (point, entry) -> {
                    if (!needed.contains(point)) {
                        entry.stop();
                    }
                });
        entries.keySet().retainAll(needed);
        for (DistributionPoint point : needed) {
            if (entries.containsKey(point)) {
                continue;
            }
            if (entries.size() == MOST_POINTS) {
                log.atWarn()
                        .addKeyValue(LogKey.TUNNEL, tunnel)
                        .addKeyValue(LogKey.EVENT, EVENT)
                        .log(
                                "the {} is not fetched, because {} others are already: put it into"
                                        + " the file of revocation-lists",
                                point,
                                MOST_POINTS);
                continue;
            }
            Entry fresh = new Entry();
            entries.put(point, fresh);
            fetch(point, fresh);
        }
    }

    /** How the tunnel's lists stand; none where it needs none. */
    public List<RevocationListStatus> status(String tunnel) {
        List<RevocationListStatus> all = new ArrayList<>();
        Set<DistributionPoint> needed = neededByTunnel.getOrDefault(tunnel, Set.of());
        entries.forEach(
                (point, entry) -> {
                    if (needed.contains(point)) {
                        all.add(entry.status(point));
                    }
                });
        return all;
    }

    private void fetch(DistributionPoint point, Entry entry) {
        entry.underWay = true;
        worker.execute(
                () -> {
                    Outcome outcome = attempt(point);
                    try {
                        loop.execute(() -> done(point, entry, outcome));
                    } catch (RejectedExecutionException e) {
                        log.debug("the daemon ended while a revocation list came", e);
                    }
                });
    }

    private Outcome attempt(DistributionPoint point) {
        try {
            byte[] der = download.get(point.location(), LARGEST_BYTES);
            return new Outcome.Fetched(
                    point.read(der, TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis())),
                    der.length);
        } catch (CertificateProblem e) {
            return new Outcome.Failed(e.what(), e.hint());
        } catch (IOException e) {
            return new Outcome.Failed(
                    String.valueOf(e.getMessage()), "check that this machine reaches it by http");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed("the daemon ends", "nothing is to be done");
        } catch (RuntimeException e) {
            return new Outcome.Failed("a fault in Culvert: " + e, "tell its authors");
        }
    }

    private void done(DistributionPoint point, Entry entry, Outcome outcome) {
        if (entries.get(point) != entry) {
            return; // Nobody needs it any more.
        }
        entry.underWay = false;
        switch (outcome) {
            case Outcome.Fetched(X509CRL list, var ignored) when isOlder(list, entry) ->
                    failed(
                            point,
                            entry,
                            "it is older than the one that was there before",
                            "look who answers in the place of its authority");
            case Outcome.Fetched(var ignored, int lengthBytes) when lengthBytes > room(entry) ->
                    failed(
                            point,
                            entry,
                            "it has %d octets, and %d are left for it"
                                    .formatted(lengthBytes, room(entry)),
                            "write the largest lists into the file of revocation-lists");
            case Outcome.Fetched(X509CRL list, int lengthBytes) ->
                    fetched(point, entry, list, lengthBytes);
            case Outcome.Failed(String what, String hint) -> failed(point, entry, what, hint);
        }
    }

    /** Whoever stands between may have kept a list from before a certificate was revoked. */
    private static boolean isOlder(X509CRL list, Entry entry) {
        X509CRL former = entry.list;
        return former != null
                && CertificateTime.unixSeconds(list.getThisUpdate())
                        < CertificateTime.unixSeconds(former.getThisUpdate());
    }

    private int room(Entry entry) {
        int others =
                entries.values().stream()
                        .filter(other -> other != entry)
                        .mapToInt(other -> other.lengthBytes)
                        .sum();
        return LARGEST_BYTES - others;
    }

    private void fetched(DistributionPoint point, Entry entry, X509CRL list, int lengthBytes) {
        boolean isNew = !list.equals(entry.list);
        entry.list = list;
        entry.lengthBytes = lengthBytes;
        entry.failures = 0;
        long nowMillis = System.currentTimeMillis();
        entry.fetchedMillis = nowMillis;
        Duration left =
                Duration.ofSeconds(CertificateTime.unixSeconds(list.getNextUpdate()))
                        .minusMillis(nowMillis);
        entry.refreshMillis = nowMillis + pace.refreshAfter(left).toMillis();
        sleep(point, entry);
        if (isNew) {
            log.atInfo()
                    .addKeyValue(LogKey.EVENT, EVENT)
                    .log(
                            "fetched the {}: it holds until {}",
                            point,
                            CertificateText.date(list.getNextUpdate()));
            receiver.accept(point, list);
        }
    }

    private void failed(DistributionPoint point, Entry entry, String what, String hint) {
        entry.failures++;
        entry.failure = what + "; " + hint;
        Duration pause = pace.retryAfter(entry.failures);
        entry.refreshMillis = System.currentTimeMillis() + pause.toMillis();
        log.atWarn()
                .addKeyValue(LogKey.EVENT, EVENT)
                .addKeyValue(LogKey.REASON, what)
                .log(
                        "cannot fetch the {}: {}; {} (next attempt in {} s{})",
                        point,
                        what,
                        hint,
                        pause.toSeconds(),
                        entry.list == null ? "" : ", the former list is used meanwhile");
        entry.timer =
                loop.schedule(() -> fetch(point, entry), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sleep(DistributionPoint point, Entry entry) {
        long leftMillis = entry.refreshMillis - System.currentTimeMillis();
        if (leftMillis <= 0) {
            fetch(point, entry);
            return;
        }
        entry.timer =
                loop.schedule(
                        () -> sleep(point, entry),
                        Math.min(leftMillis, LONGEST_SLEEP.toMillis()),
                        TimeUnit.MILLISECONDS);
    }

    /** What is under way comes to nothing. */
    @Override
    public void close() {
        entries.values().forEach(Entry::stop);
        entries.clear();
        worker.shutdownNow();
    }
}
