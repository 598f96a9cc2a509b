package culvert.bgp;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.EndOfRib;
import culvert.bgp.message.Negotiated;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.RouteRefresh;
import culvert.bgp.message.UpdatePacker;
import culvert.bgp.rib.AdjRibOut;
import culvert.bgp.rib.ExportFilter;
import culvert.bgp.rib.LocRib;
import culvert.bgp.rib.Route;
import culvert.bgp.rib.RouteSource;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a peer is told during one session: the Adj-RIBs-Out, and the limits of the peer. */
final class PeerAnnouncements {
    private static final List<Nlri> DEFAULT_ROUTES =
            List.of(Nlri.parse("0.0.0.0/0"), Nlri.parse("::/0"));

    private final BgpSession session;
    private final RouteSource peer;
    private final RouteSource local;
    private final LocRib locRib;
    private final Outbox outbox;
    private final boolean enhancedRefresh;
    private final UpdatePacker packer;
    private final Map<AddressFamily, InetAddress> nextHops = new EnumMap<>(AddressFamily.class);
    private final Map<AddressFamily, AdjRibOut> outputs = new EnumMap<>(AddressFamily.class);
    private final Set<AddressFamily> endOfRibDue = EnumSet.noneOf(AddressFamily.class);
    private final Set<AddressFamily> refreshDue = EnumSet.noneOf(AddressFamily.class);
    private final Set<AddressFamily> nearReported = EnumSet.noneOf(AddressFamily.class);
    private final Set<AddressFamily> fullReported = EnumSet.noneOf(AddressFamily.class);
    private ExportFilter filter;

    PeerAnnouncements(
            BgpPeerSettings settings,
            BgpSession session,
            RouteSource peer,
            RouteSource local,
            LocRib locRib,
            Outbox outbox) {
        this.session = session;
        this.peer = peer;
        this.local = local;
        this.locRib = locRib;
        this.outbox = outbox;
        Negotiated negotiated = session.negotiated();
        this.enhancedRefresh = negotiated.enhancedRouteRefresh();
        this.packer = new UpdatePacker(negotiated);
        this.filter = new ExportFilter(settings.exports(), peer, local);
        for (AddressFamily family : negotiated.families()) {
            Optional<InetAddress> nextHop = nextHop(settings, family);
            endOfRibDue.add(family);
            if (nextHop.isEmpty()) {
                outbox.report(
                        BgpEvent.Kind.CANNOT_ADVERTISE,
                        settings.name(),
                        "no route of " + family + " is announced: the link has no such address");
                continue;
            }
            nextHops.put(family, nextHop.get());
            outputs.put(family, new AdjRibOut(settings.exports().maximumPrefixes()));
        }
        setAll();
    }

    private static Optional<InetAddress> nextHop(BgpPeerSettings settings, AddressFamily family) {
        Optional<InetAddress> own = settings.localAddress(family);
        // An IPv4-mapped next hop serves IPv6 on a link that has IPv4 addresses only (RFC 4291
        // 2.5.5.2): the other end of a tunnel needs no next hop at all.
        return own.isPresent() || family == AddressFamily.IPV4_UNICAST
                ? own
                : settings.localAddress(AddressFamily.IPV4_UNICAST);
    }

    /** Our own prefixes first: when the peer takes no more, they have their place. */
    private void setAll() {
        DEFAULT_ROUTES.forEach(this::set);
        locRib.forEach(
                (nlri, routes) -> {
                    if (routes.best().source().isLocal()) {
                        set(nlri);
                    }
                });
        locRib.forEach(
                (nlri, routes) -> {
                    if (!routes.best().source().isLocal()) {
                        set(nlri);
                    }
                });
        checkLimits();
    }

    private void set(Nlri nlri) {
        AdjRibOut output = outputs.get(nlri.family());
        if (output != null) {
            output.set(nlri, filter.export(nlri, locRib.lookup(nlri)));
        }
    }

    void changed(List<LocRib.Change> changes) {
        for (LocRib.Change change : changes) {
            if (change.concernsPeers()) {
                set(change.nlri());
            }
        }
        checkLimits();
    }

    /** Announces by new settings, within the same session. */
    void reconfigure(BgpPeerSettings settings) {
        filter = new ExportFilter(settings.exports(), peer, local);
        outputs.values().forEach(o -> o.setLimit(settings.exports().maximumPrefixes()));
        setAll();
    }

    void refreshRequested(AddressFamily family) {
        AdjRibOut output = outputs.get(family);
        if (output != null) {
            output.resendAll();
            refreshDue.add(family);
        }
    }

    /** Sends what the peer does not know yet, unless it does not read. */
    void drain(long nowNanos) {
        if (session.isBlocked()) {
            return;
        }
        for (AddressFamily family : session.negotiated().families()) {
            boolean refresh = refreshDue.remove(family) && enhancedRefresh;
            if (refresh) {
                send(family, RouteRefresh.BEGIN_OF_ROUTE_REFRESH, nowNanos);
            }
            AdjRibOut output = outputs.get(family);
            InetAddress nextHop = nextHops.get(family);
            if (output != null && nextHop != null && !output.isSettled()) {
                int tooLong = output.tooLongCount();
                for (byte[] message : output.drain(packer, nextHop)) {
                    session.sendOctets(message, nowNanos);
                }
                reportTooLong(output.tooLongCount() - tooLong);
            }
            if (refresh) {
                send(family, RouteRefresh.END_OF_ROUTE_REFRESH, nowNanos);
            }
            if (endOfRibDue.remove(family)) {
                session.send(new EndOfRib(family), nowNanos);
            }
        }
    }

    private void send(AddressFamily family, int subtype, long nowNanos) {
        session.send(RouteRefresh.of(family, subtype), nowNanos);
    }

    private void reportTooLong(int count) {
        if (count > 0) {
            outbox.report(
                    BgpEvent.Kind.CANNOT_ADVERTISE,
                    peer.peer(),
                    count + " routes are not announced: their attributes do not fit in a message");
        }
    }

    private void checkLimits() {
        outputs.forEach(
                (family, output) -> {
                    int count = output.announcedCount();
                    if (count < Limits.near(output.limit())) {
                        nearReported.remove(family);
                    } else if (nearReported.add(family)) {
                        outbox.report(
                                BgpEvent.Kind.ADVERTISE_LIMIT_NEAR,
                                peer.peer(),
                                "%d prefixes of %s are announced, the peer takes %d"
                                        .formatted(count, family, output.limit()));
                    }
                    if (output.heldBackCount() == 0) {
                        fullReported.remove(family);
                    } else if (fullReported.add(family)) {
                        outbox.report(
                                BgpEvent.Kind.ADVERTISE_LIMIT_REACHED,
                                peer.peer(),
                                "%d prefixes of %s are held back, as the peer takes %d"
                                        .formatted(output.heldBackCount(), family, output.limit()));
                    }
                });
    }

    /** Why the peer is not told of a prefix that could be for it; empty when that is not so. */
    String withheld(Nlri nlri, Route best) {
        return outputs.containsKey(nlri.family()) ? filter.withheld(nlri, best) : "";
    }

    String peer() {
        return peer.peer();
    }

    int announcedCount() {
        return outputs.values().stream().mapToInt(AdjRibOut::announcedCount).sum();
    }

    int heldBackCount() {
        return outputs.values().stream().mapToInt(AdjRibOut::heldBackCount).sum();
    }

    Map<AddressFamily, AdjRibOut> outputs() {
        return outputs;
    }

    Optional<InetAddress> nextHop(AddressFamily family) {
        return Optional.ofNullable(nextHops.get(family));
    }
}
