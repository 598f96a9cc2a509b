package culvert.bgp;

import culvert.bgp.BgpTimers.Timer;
import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.Capability.GracefulRestart;
import culvert.bgp.message.Capability.GracefulRestart.Preserved;
import culvert.bgp.message.Negotiated;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.Notification;
import culvert.bgp.message.PathAttributes;
import culvert.bgp.message.RouteRefresh;
import culvert.bgp.message.Update;
import culvert.bgp.rib.AdjRibIn;
import culvert.bgp.rib.ImportFilter;
import culvert.bgp.rib.LocRib;
import culvert.bgp.rib.ProtectedPrefix;
import culvert.bgp.rib.Route;
import culvert.bgp.rib.RouteSource;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a peer has sent, across its sessions: the Adj-RIBs-In, and how long their routes live when a
 * session does not (RFC 4724, the helper's side).
 */
final class PeerRoutes {
    private final BgpSpeakerSettings speaker;
    private final LocRib locRib;
    private final Outbox outbox;
    private final BgpTimers timers;
    private final Map<AddressFamily, AdjRibIn> inputs = new EnumMap<>(AddressFamily.class);
    private final Set<AddressFamily> warned = EnumSet.noneOf(AddressFamily.class);
    private BgpPeerSettings settings;
    private List<ProtectedPrefix> protectedPrefixes = List.of();
    private boolean tunnelAlive;
    private @Nullable RouteSource source;
    private @Nullable ImportFilter filter;

    PeerRoutes(
            BgpPeerSettings settings,
            BgpSpeakerSettings speaker,
            LocRib locRib,
            Outbox outbox,
            RandomGenerator random) {
        this.settings = settings;
        this.speaker = speaker;
        this.locRib = locRib;
        this.outbox = outbox;
        this.timers = new BgpTimers(random);
    }

    /** A session begins: what is stale stays only if the peer kept its forwarding (4.2). */
    void established(RouteSource source, Negotiated negotiated, long nowNanos) {
        this.source = source;
        filter = importFilter(source);
        warned.clear();
        timers.clear();
        for (AddressFamily family : negotiated.families()) {
            inputs.computeIfAbsent(family, f -> new AdjRibIn(f, locRib));
        }
        inputs.forEach(
                (family, input) -> {
                    boolean kept =
                            negotiated.families().contains(family)
                                    && negotiated
                                            .peerRestart()
                                            .flatMap(r -> r.of(family))
                                            .filter(Preserved::forwarding)
                                            .isPresent();
                    if (!kept) {
                        dropStale(input, "the peer did not keep its forwarding state");
                    }
                });
        if (staleCount() > 0) {
            timers.set(Timer.STALE, settings.session().staleTime(), nowNanos);
        }
    }

    /** A session is over: its routes go, or stay as stale ones for a while. */
    void ended(SessionEnd end, long nowNanos) {
        timers.clear();
        Optional<GracefulRestart> restart = end.established().flatMap(Negotiated::peerRestart);
        if (!end.mayKeepRoutes() || !tunnelAlive || restart.isEmpty()) {
            clear();
            return;
        }
        inputs.forEach(
                (family, input) -> {
                    // RFC 4724 4.2: what was stale before is not kept through a second restart.
                    dropStale(input, "the peer restarted again");
                    if (restart.get().of(family).isPresent()) {
                        input.markStale();
                    } else {
                        input.clear();
                    }
                });
        int kept = staleCount();
        if (kept > 0) {
            int seconds = restart.get().restartTimeSeconds();
            timers.set(Timer.RESTART, Duration.ofSeconds(seconds), nowNanos);
            report(
                    BgpEvent.Kind.STALE_ROUTES_KEPT,
                    "%d routes are kept for %d s while the peer restarts".formatted(kept, seconds));
        }
    }

    /** RFC 4724 knows nothing of tunnels: without one, a stale route leads nowhere. */
    void tunnelAlive(boolean alive) {
        tunnelAlive = alive;
        if (!alive && timers.isRunning(Timer.RESTART)) {
            timers.clear();
            inputs.values().forEach(i -> dropStale(i, "the tunnel is down"));
        }
    }

    /**
     * Takes what the peer announces and withdraws.
     *
     * @return the NOTIFICATION that ends the session, when the peer sent too much
     */
    Optional<Notification> update(Update update, long nowNanos) {
        ImportFilter current = filter;
        if (current == null) {
            throw new IllegalStateException("an UPDATE outside of a session");
        }
        for (Nlri nlri : update.withdrawn()) {
            AdjRibIn input = inputs.get(nlri.family());
            if (input != null) {
                input.withdraw(nlri);
            }
        }
        if (update.reachable().isEmpty()) {
            return Optional.empty();
        }
        PathAttributes attributes = locRib.shared(update.attributes());
        for (Update.Reachable reachable : update.reachable()) {
            ImportFilter.Offer offer = current.offer(attributes, reachable.nextHop(), nowNanos);
            AddressFamily family = reachable.prefixes().getFirst().family();
            AdjRibIn input = inputs.get(family);
            if (input == null) {
                continue; // a family that was not agreed on
            }
            for (Nlri nlri : reachable.prefixes()) {
                input.announce(nlri, offer.route(nlri));
                if (input.received() > settings.imports().maximumPrefixes()) {
                    return Optional.of(tooMany(family));
                }
            }
            warnOfMaximum(family, input);
        }
        return Optional.empty();
    }

    private Notification tooMany(AddressFamily family) {
        int limit = settings.imports().maximumPrefixes();
        report(
                BgpEvent.Kind.MAXIMUM_PREFIXES_EXCEEDED,
                "the peer sent more than %d prefixes of %s".formatted(limit, family));
        return Notification.maximumPrefixes(family, limit);
    }

    private void warnOfMaximum(AddressFamily family, AdjRibIn input) {
        int limit = settings.imports().maximumPrefixes();
        if (input.received() >= Limits.near(limit) && warned.add(family)) {
            report(
                    BgpEvent.Kind.MAXIMUM_PREFIXES_NEAR,
                    "the peer sends %d prefixes of %s, at most %d are taken"
                            .formatted(input.received(), family, limit));
        }
    }

    /** The peer has sent everything: what it did not repeat is gone. */
    void endOfRib(AddressFamily family) {
        report(BgpEvent.Kind.END_OF_RIB, "the peer has sent all its routes of " + family);
        sweep(family);
    }

    void refresh(RouteRefresh refresh, AddressFamily family, long nowNanos) {
        AdjRibIn input = inputs.get(family);
        if (input != null && refresh.subtype() == RouteRefresh.BEGIN_OF_ROUTE_REFRESH) {
            input.markStale();
            timers.set(Timer.STALE, settings.session().staleTime(), nowNanos);
        } else if (refresh.subtype() == RouteRefresh.END_OF_ROUTE_REFRESH) {
            sweep(family);
        }
    }

    private void sweep(AddressFamily family) {
        AdjRibIn input = inputs.get(family);
        if (input != null) {
            dropStale(input, "the peer did not repeat them");
        }
        if (staleCount() == 0) {
            timers.stop(Timer.STALE);
        }
    }

    private void dropStale(AdjRibIn input, String why) {
        int dropped = input.sweepStale();
        if (dropped > 0) {
            report(
                    BgpEvent.Kind.STALE_ROUTES_DROPPED,
                    "%d stale routes are dropped: %s".formatted(dropped, why));
        }
    }

    void timersDue(long nowNanos) {
        if (timers.takeExpired(Timer.RESTART, nowNanos)) {
            inputs.values().forEach(i -> dropStale(i, "the peer did not come back in time"));
        }
        if (timers.takeExpired(Timer.STALE, nowNanos)) {
            inputs.values().forEach(i -> dropStale(i, "the peer did not repeat them in time"));
        }
    }

    /** Judges what is there by new settings, when they are new to what is heard. */
    void reconfigure(BgpPeerSettings changed) {
        boolean same =
                changed.imports().equals(settings.imports())
                        && changed.localAddresses().equals(settings.localAddresses());
        settings = changed;
        if (!same) {
            judgeAnew();
        }
    }

    void protect(List<ProtectedPrefix> prefixes) {
        protectedPrefixes = prefixes;
        judgeAnew();
    }

    private void judgeAnew() {
        RouteSource current = source;
        if (current != null) {
            ImportFilter changed = importFilter(current);
            filter = changed;
            inputs.values().forEach(i -> i.reapply(changed));
        }
    }

    private ImportFilter importFilter(RouteSource source) {
        return new ImportFilter(
                settings.imports(),
                source,
                speaker.asn(),
                speaker.bgpIdentifier(),
                settings.localAddresses(),
                protectedPrefixes);
    }

    void clear() {
        timers.clear();
        inputs.values().forEach(AdjRibIn::clear);
    }

    /** Takes the peer out of the decision process for good. */
    void remove() {
        clear();
        inputs.values().forEach(locRib::remove);
        inputs.clear();
    }

    int received() {
        return inputs.values().stream().mapToInt(AdjRibIn::received).sum();
    }

    int accepted() {
        return inputs.values().stream().mapToInt(AdjRibIn::accepted).sum();
    }

    int staleCount() {
        return inputs.values().stream().mapToInt(AdjRibIn::staleCount).sum();
    }

    void forEach(BiConsumer<Nlri, Route> action) {
        inputs.values().forEach(i -> i.forEach(action));
    }

    long nextDeadlineNanos() {
        return timers.nextNanos();
    }

    private void report(BgpEvent.Kind kind, String text) {
        outbox.report(kind, settings.name(), text);
    }
}
