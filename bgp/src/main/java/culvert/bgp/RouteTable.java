package culvert.bgp;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.PathAttribute.LocalPref;
import culvert.bgp.message.PathAttribute.MultiExitDisc;
import culvert.bgp.message.PathAttributes;
import culvert.bgp.rib.AdjRibOut;
import culvert.bgp.rib.LocRib;
import culvert.bgp.rib.Route;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/** All RIBs as lines for people. */
final class RouteTable {
    private final LocRib locRib;
    private final Collection<BgpPeer> peers;
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(Nlri nlri, RouteRow row) {}

    RouteTable(LocRib locRib, Collection<BgpPeer> peers) {
        this.locRib = locRib;
        this.peers = peers;
    }

    List<RouteRow> rows() {
        locRib.forEach(
                (nlri, routes) -> routes.routes().forEach(r -> add(RouteRow.Kind.CHOSEN, nlri, r)));
        for (BgpPeer peer : peers) {
            peer.tables().routes().forEach(this::addHeard);
            peer.tables().announcements().ifPresent(this::addAnnounced);
        }
        entries.sort(
                Comparator.comparing(Entry::nlri)
                        .thenComparing(e -> e.row().kind())
                        .thenComparing(e -> e.row().peer()));
        return entries.stream().map(Entry::row).toList();
    }

    private void addHeard(Nlri nlri, Route route) {
        if (!route.isAccepted()) {
            add(RouteRow.Kind.REJECTED, nlri, route);
        } else if (locRib.lookup(nlri).filter(b -> b.routes().contains(route)).isEmpty()) {
            add(RouteRow.Kind.LEARNED, nlri, route);
        }
    }

    private void add(RouteRow.Kind kind, Nlri nlri, Route route) {
        entries.add(new Entry(nlri, RouteRow.of(kind, nlri.toPrefix(), route)));
    }

    private void addAnnounced(PeerAnnouncements announcements) {
        announcements
                .outputs()
                .forEach((family, output) -> addAnnounced(announcements, family, output));
        locRib.forEach((nlri, routes) -> addWithheld(announcements, nlri, routes.best()));
    }

    private void addWithheld(PeerAnnouncements announcements, Nlri nlri, Route best) {
        String reason = announcements.withheld(nlri, best);
        if (!reason.isEmpty()) {
            addTold(
                    RouteRow.Kind.HELD_BACK,
                    nlri,
                    announcements.peer(),
                    announcements.nextHop(nlri.family()).orElseThrow(),
                    best.attributes(),
                    reason);
        }
    }

    private void addAnnounced(
            PeerAnnouncements announcements, AddressFamily family, AdjRibOut output) {
        InetAddress nextHop = announcements.nextHop(family).orElseThrow();
        String peer = announcements.peer();
        output.forEachAnnounced(
                (nlri, attributes) ->
                        addTold(RouteRow.Kind.ADVERTISED, nlri, peer, nextHop, attributes, ""));
        String reason = "the peer takes at most " + output.limit() + " prefixes";
        output.forEachHeldBack(
                (nlri, attributes) ->
                        addTold(RouteRow.Kind.HELD_BACK, nlri, peer, nextHop, attributes, reason));
    }

    private void addTold(
            RouteRow.Kind kind,
            Nlri nlri,
            String peer,
            InetAddress nextHop,
            PathAttributes attributes,
            String reason) {
        RouteRow row =
                new RouteRow(
                        kind,
                        nlri.toPrefix(),
                        peer,
                        nextHop,
                        attributes.asPath().toString(),
                        attributes.origin().toString(),
                        attributes
                                .find(LocalPref.class)
                                .map(LocalPref::preference)
                                .orElse(Route.DEFAULT_LOCAL_PREF),
                        attributes
                                .find(MultiExitDisc.class)
                                .map(m -> OptionalLong.of(m.metric()))
                                .orElse(OptionalLong.empty()),
                        reason);
        entries.add(new Entry(nlri, row));
    }
}
