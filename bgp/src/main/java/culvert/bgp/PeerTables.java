package culvert.bgp;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.BgpMessage;
import culvert.bgp.message.EndOfRib;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Open;
import culvert.bgp.message.RouteRefresh;
import culvert.bgp.message.Update;
import culvert.bgp.rib.LocRib;
import culvert.bgp.rib.RouteSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Both directions of a peer's routes: what it sent, and what it is told while there is a session.
 */
final class PeerTables {
    private final BgpSpeakerSettings speaker;
    private final LocRib locRib;
    private final Outbox outbox;
    private final PeerRoutes routes;
    private BgpPeerSettings settings;
    private @Nullable BgpSession session;
    private @Nullable PeerAnnouncements announcements;

    PeerTables(
            BgpPeerSettings settings,
            BgpSpeakerSettings speaker,
            LocRib locRib,
            Outbox outbox,
            RandomGenerator random) {
        this.settings = settings;
        this.speaker = speaker;
        this.locRib = locRib;
        this.outbox = outbox;
        this.routes = new PeerRoutes(settings, speaker, locRib, outbox, random);
    }

    void established(BgpSession session, Open theirs, long nowNanos) {
        RouteSource source =
                new RouteSource(
                        settings.name(),
                        settings.kind(),
                        theirs.asn(),
                        session.negotiated().external(),
                        theirs.bgpIdentifier(),
                        settings.peerAddress());
        RouteSource local = RouteSource.local(speaker.asn(), speaker.bgpIdentifier());
        this.session = session;
        routes.established(source, session.negotiated(), nowNanos);
        announcements = new PeerAnnouncements(settings, session, source, local, locRib, outbox);
    }

    void ended(SessionEnd end, long nowNanos) {
        session = null;
        announcements = null;
        routes.ended(end, nowNanos);
    }

    /**
     * Takes a message of the established session.
     *
     * @return the NOTIFICATION that ends the session, when the peer went too far
     */
    Optional<Notification> received(BgpMessage message, long nowNanos) {
        switch (message) {
            case Update update -> {
                return routes.update(update, nowNanos);
            }
            case EndOfRib(AddressFamily family) -> routes.endOfRib(family);
            case RouteRefresh refresh -> refresh(refresh, nowNanos);
            case Keepalive _, Open _, Notification _ -> {}
        }
        return Optional.empty();
    }

    private void refresh(RouteRefresh refresh, long nowNanos) {
        Optional<AddressFamily> family = AddressFamily.of(refresh.afi(), refresh.safi());
        BgpSession current = session;
        PeerAnnouncements told = announcements;
        if (family.isEmpty() || current == null || told == null) {
            return; // RFC 2918 4: of a family that was not agreed on, ignored
        }
        if (refresh.subtype() == RouteRefresh.REQUEST) {
            told.refreshRequested(family.get());
        } else if (current.negotiated().enhancedRouteRefresh()) {
            routes.refresh(refresh, family.get(), nowNanos);
        }
    }

    /** Asks the peer to send all its routes again. */
    void requestRefresh(long nowNanos) {
        BgpSession current = session;
        if (current == null || !current.negotiated().routeRefresh()) {
            outbox.report(
                    BgpEvent.Kind.REFRESH_IMPOSSIBLE,
                    settings.name(),
                    current == null
                            ? "the session is not established"
                            : "the peer does not know ROUTE-REFRESH");
            return;
        }
        for (AddressFamily family : current.negotiated().families()) {
            current.send(RouteRefresh.of(family, RouteRefresh.REQUEST), nowNanos);
        }
    }

    /**
     * Applies new policy.
     *
     * @param keepsSession what the session is told changes too; else it is about to end
     */
    void reconfigure(BgpPeerSettings changed, boolean keepsSession) {
        settings = changed;
        routes.reconfigure(changed);
        PeerAnnouncements told = announcements;
        if (told != null && keepsSession) {
            told.reconfigure(changed);
        }
    }

    /** Tells the peer what the decision process changed, as far as it reads. */
    void settle(List<LocRib.Change> changes, long nowNanos) {
        PeerAnnouncements told = announcements;
        if (told != null) {
            told.changed(changes);
            told.drain(nowNanos);
        }
    }

    PeerRoutes routes() {
        return routes;
    }

    Optional<PeerAnnouncements> announcements() {
        return Optional.ofNullable(announcements);
    }
}
