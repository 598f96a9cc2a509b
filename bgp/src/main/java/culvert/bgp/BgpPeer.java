package culvert.bgp;

import culvert.bgp.BgpTimers.Timer;
import culvert.bgp.OpenExchange.Objection;
import culvert.bgp.SessionEvent.Connected;
import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.BgpMessage;
import culvert.bgp.message.Cease;
import culvert.bgp.message.DecodeError;
import culvert.bgp.message.DecodeResult;
import culvert.bgp.message.EndOfRib;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.MessageDecoder;
import culvert.bgp.message.MessageFramer.Frame;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Open;
import culvert.bgp.message.RouteRefresh;
import culvert.bgp.message.Update;
import culvert.bgp.rib.LocRib;
import culvert.bgp.rib.RouteSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One peer and its sessions, at most two: a primary one that runs the whole state machine, and a
 * secondary one for a connection that the peer opened while the primary was busy. Collisions are
 * resolved here (RFC 4271 6.8), and here it is decided when to try again.
 */
final class BgpPeer {
    private final BgpSpeakerSettings speaker;
    private final LocRib locRib;
    private final Outbox outbox;
    private final RandomGenerator random;
    private final BgpTimers timers;
    private final PeerRoutes routes;
    private BgpPeerSettings settings;
    private Damping damping;
    private BgpSession primary;
    private @Nullable BgpSession secondary;
    private @Nullable PeerAnnouncements announcements;
    private boolean enabled;
    private BgpState reported = BgpState.IDLE;
    private String reason = "not enabled yet";
    private String lastNotification = "";
    private long establishedNanos;
    private int timesEstablished;

    BgpPeer(
            BgpPeerSettings settings,
            BgpSpeakerSettings speaker,
            LocRib locRib,
            Outbox outbox,
            RandomGenerator random) {
        this.settings = settings;
        this.speaker = speaker;
        this.locRib = locRib;
        this.outbox = outbox;
        this.random = random;
        this.timers = new BgpTimers(random);
        this.damping = new Damping(settings.session());
        this.routes = new PeerRoutes(settings, speaker, locRib, outbox, random);
        this.primary = newSession();
    }

    private BgpSession newSession() {
        return new BgpSession(settings.name(), settings.session(), outbox, random);
    }

    // ---- what people and tunnels want ----

    void enable(long nowNanos) {
        damping.forget();
        timers.stop(Timer.IDLE_HOLD);
        enabled = true;
        if (!primary.state().hasConnection()) {
            reason = "connecting";
            dispatch(primary, new SessionEvent.Start(), nowNanos);
        }
    }

    void disable(Cease why, String text, long nowNanos) {
        enabled = false;
        timers.stop(Timer.IDLE_HOLD);
        stop(Notification.cease(why, text), text.isEmpty() ? why.toString() : text, nowNanos);
        routes.clear();
        reason = text.isEmpty() ? why.toString() : text;
        reportState();
    }

    /** Ends all sessions in a way that takes our routes away, whatever was agreed. */
    private void stop(Notification notification, String why, long nowNanos) {
        boolean keepsRoutes = primary.negotiated().notificationRestart();
        Notification told = keepsRoutes ? notification.asHardReset() : notification;
        BgpSession second = secondary;
        if (second != null) {
            dispatch(second, new SessionEvent.Stop(notification, why), nowNanos);
        }
        dispatch(primary, new SessionEvent.Stop(told, why), nowNanos);
    }

    void reconfigure(BgpPeerSettings changed, long nowNanos) {
        boolean keepsSession = changed.keepsSessionOf(settings);
        settings = changed;
        routes.reconfigure(changed);
        if (keepsSession) {
            PeerAnnouncements current = announcements;
            if (current != null) {
                current.reconfigure(changed);
            }
            return;
        }
        boolean wasEnabled = enabled;
        disable(Cease.CONFIGURATION_CHANGE, "", nowNanos);
        damping = new Damping(changed.session());
        primary = newSession();
        if (wasEnabled) {
            enable(nowNanos);
        }
    }

    void remove(long nowNanos) {
        disable(Cease.PEER_DECONFIGURED, "", nowNanos);
        routes.remove();
    }

    void tunnelAlive(boolean alive) {
        routes.tunnelAlive(alive);
    }

    void requestRefresh(long nowNanos) {
        if (primary.state() != BgpState.ESTABLISHED || !primary.negotiated().routeRefresh()) {
            outbox.report(
                    BgpEvent.Kind.REFRESH_IMPOSSIBLE,
                    settings.name(),
                    primary.state() == BgpState.ESTABLISHED
                            ? "the peer does not know ROUTE-REFRESH"
                            : "the session is not established");
            return;
        }
        for (AddressFamily family : primary.negotiated().families()) {
            primary.send(RouteRefresh.of(family, RouteRefresh.REQUEST), nowNanos);
        }
    }

    // ---- what the network does ----

    void connected(BgpInput.TcpConnected in, long nowNanos) {
        Connected event = new Connected(in.connectionId(), in.incoming(), ours());
        if (primary.state() == BgpState.CONNECT && !in.incoming()) {
            dispatch(primary, event, nowNanos);
        } else if (in.incoming() && primary.state() == BgpState.ACTIVE) {
            dispatch(primary, event, nowNanos);
        } else if (in.incoming() && primary.state() != BgpState.IDLE) {
            acceptSecond(event, nowNanos);
        } else {
            outbox.add(new BgpAction.CloseConnection(in.connectionId()));
            if (in.incoming()) {
                outbox.report(
                        BgpEvent.Kind.CONNECTION_REFUSED,
                        settings.name(),
                        "a connection from the peer is refused: " + reason);
            }
        }
    }

    private void acceptSecond(Connected event, long nowNanos) {
        BgpSession older = secondary;
        if (older != null) {
            // The peer has begun anew; at most two connections ever take our memory.
            dispatch(older, new SessionEvent.Abandon("the peer connected again"), nowNanos);
        }
        BgpSession second = newSession();
        secondary = second;
        second.on(new SessionEvent.StartListening(settings.session().connectRetry()), nowNanos);
        dispatch(second, event, nowNanos);
    }

    void connectFailed(String why, long nowNanos) {
        if (primary.state() == BgpState.CONNECT) {
            reason = "cannot connect: " + why;
            dispatch(primary, new SessionEvent.ConnectFailed(why), nowNanos);
        }
    }

    void closed(long connectionId, String why, long nowNanos) {
        BgpSession session = sessionOf(connectionId);
        if (session != null) {
            dispatch(session, new SessionEvent.ConnectionLost(why), nowNanos);
        }
    }

    void sendBlocked(long connectionId, long nowNanos) {
        BgpSession session = sessionOf(connectionId);
        if (session != null) {
            session.sendBlocked(nowNanos);
        }
    }

    void sendProgress(long connectionId, boolean drained, long nowNanos) {
        BgpSession session = sessionOf(connectionId);
        if (session != null) {
            session.sendProgress(drained, nowNanos);
        }
    }

    void received(long connectionId, byte[] octets, long nowNanos) {
        BgpSession session = sessionOf(connectionId);
        if (session == null) {
            return; // was under way when we closed
        }
        session.framer().feed(octets);
        while (session.owns(connectionId)) {
            Frame frame = session.framer().next();
            switch (frame) {
                case Frame.Incomplete i -> {
                    return;
                }
                case Frame.Malformed(DecodeError error) ->
                        dispatch(session, new SessionEvent.Malformed(error), nowNanos);
                case Frame.Whole whole -> frame(session, whole, nowNanos);
            }
        }
    }

    private void frame(BgpSession session, Frame.Whole whole, long nowNanos) {
        switch (MessageDecoder.decode(whole, session.negotiated())) {
            case DecodeResult.Malformed(DecodeError error) ->
                    dispatch(session, new SessionEvent.Malformed(error), nowNanos);
            case DecodeResult.Decoded(BgpMessage message, List<DecodeError> tolerated) -> {
                if (!tolerated.isEmpty()) {
                    outbox.report(
                            BgpEvent.Kind.MALFORMED_UPDATE,
                            settings.name(),
                            tolerated.getFirst().what()
                                    + " ("
                                    + tolerated.getFirst().handling()
                                    + ")");
                }
                message(session, message, nowNanos);
            }
        }
    }

    private void message(BgpSession session, BgpMessage message, long nowNanos) {
        if (message instanceof Open open && session.state() == BgpState.OPEN_SENT) {
            open(session, open, nowNanos);
            return;
        }
        boolean wasEstablished = session.state() == BgpState.ESTABLISHED;
        dispatch(session, new SessionEvent.Received(message), nowNanos);
        if (!wasEstablished || session.state() != BgpState.ESTABLISHED) {
            return;
        }
        switch (message) {
            case Update update ->
                    routes.update(update, nowNanos)
                            .ifPresent(
                                    n ->
                                            dispatch(
                                                    session,
                                                    new SessionEvent.Stop(n, n.describe()),
                                                    nowNanos));
            case EndOfRib(AddressFamily family) -> routes.endOfRib(family);
            case RouteRefresh refresh -> refresh(refresh, nowNanos);
            case Keepalive k -> {}
            case Open o -> {}
            case Notification n -> {}
        }
    }

    private void refresh(RouteRefresh refresh, long nowNanos) {
        Optional<AddressFamily> family = AddressFamily.of(refresh.afi(), refresh.safi());
        PeerAnnouncements current = announcements;
        if (family.isEmpty() || current == null) {
            return; // RFC 2918 4: of a family that was not agreed on, ignored
        }
        if (refresh.subtype() == RouteRefresh.REQUEST) {
            current.refreshRequested(family.get());
        } else if (primary.negotiated().enhancedRouteRefresh()) {
            routes.refresh(refresh, family.get(), nowNanos);
        }
    }

    // ---- OPEN and collisions ----

    private Open ours() {
        return OpenExchange.ours(speaker, settings, speaker.restarting() && timesEstablished == 0);
    }

    private void open(BgpSession session, Open open, long nowNanos) {
        Optional<Objection> objection = OpenExchange.objectionTo(open, ours(), settings);
        if (objection.isPresent()) {
            Objection o = objection.get();
            dispatch(session, new SessionEvent.Stop(o.notification(), o.reason()), nowNanos);
            return;
        }
        BgpSession other = session == primary ? secondary : primary;
        if (other != null && !survivesCollision(session, other, open, nowNanos)) {
            dispatch(session, collisionLost(), nowNanos);
            return;
        }
        dispatch(session, new SessionEvent.Received(open), nowNanos);
    }

    /** RFC 4271 6.8, for a session whose OPEN has just come; may end the other one. */
    private boolean survivesCollision(
            BgpSession session, BgpSession other, Open open, long nowNanos) {
        switch (other.state()) {
            case IDLE, CONNECT, ACTIVE, OPEN_SENT -> {
                return true;
            }
            case ESTABLISHED -> {
                boolean peerRestarted =
                        session.isIncoming() && other.negotiated().peerRestart().isPresent();
                if (peerRestarted) {
                    // RFC 4724 4.2: the peer has lost the old session without our noticing.
                    dispatch(
                            other,
                            new SessionEvent.Abandon("the peer restarted and connected anew"),
                            nowNanos);
                }
                return peerRestarted;
            }
            case OPEN_CONFIRM -> {
                boolean survives =
                        session.isIncoming() == other.isIncoming()
                                ? !isDominant(open)
                                : session.isIncoming() != isDominant(open);
                if (survives) {
                    dispatch(other, collisionLost(), nowNanos);
                }
                return survives;
            }
        }
        throw new IllegalStateException("a session in state " + other.state());
    }

    /** Whether the connections that we open survive those that the peer opens. */
    private boolean isDominant(Open theirs) {
        int order = Integer.compareUnsigned(speaker.bgpIdentifier(), theirs.bgpIdentifier());
        // RFC 6286 2.3: of equal identifiers, the larger AS number wins.
        return order != 0 ? order > 0 : Integer.compareUnsigned(speaker.asn(), theirs.asn()) > 0;
    }

    private static SessionEvent collisionLost() {
        return new SessionEvent.Stop(
                Notification.cease(Cease.COLLISION), "the other connection was kept");
    }

    // ---- sessions ----

    private void dispatch(BgpSession session, SessionEvent event, long nowNanos) {
        BgpState before = session.state();
        session.on(event, nowNanos);
        Optional<SessionEnd> end = session.takeEnd();
        if (end.isPresent()) {
            ended(session, end.get(), nowNanos);
        } else if (session.state() == BgpState.ESTABLISHED && before != BgpState.ESTABLISHED) {
            established(session, nowNanos);
        }
        reportState();
    }

    private void established(BgpSession session, long nowNanos) {
        if (session == secondary) {
            // An attempt of ours may still be under way; what comes of it is closed on arrival.
            secondary = primary.state().hasConnection() ? primary : null;
            primary = session;
        }
        Open theirs = session.theirs().orElseThrow();
        RouteSource source =
                new RouteSource(
                        settings.name(),
                        settings.kind(),
                        theirs.asn(),
                        session.negotiated().external(),
                        theirs.bgpIdentifier(),
                        settings.peerAddress());
        establishedNanos = nowNanos;
        timesEstablished++;
        reason = "established";
        routes.established(source, session.negotiated(), nowNanos);
        announcements =
                new PeerAnnouncements(
                        settings,
                        session,
                        source,
                        RouteSource.local(speaker.asn(), speaker.bgpIdentifier()),
                        locRib,
                        outbox);
        outbox.report(
                BgpEvent.Kind.SESSION_ESTABLISHED,
                settings.name(),
                "session with AS %s established, hold time %d s, %s"
                        .formatted(
                                Integer.toUnsignedString(theirs.asn()),
                                session.negotiated().holdTimeSeconds(),
                                session.negotiated().families()));
    }

    private void ended(BgpSession session, SessionEnd end, long nowNanos) {
        end.notification().ifPresent(n -> reportNotification(n, end));
        if (end.established().isPresent()) {
            announcements = null;
            damping.sessionHeld(Duration.ofNanos(nowNanos - establishedNanos));
            routes.ended(end, nowNanos);
            outbox.report(BgpEvent.Kind.SESSION_ENDED, settings.name(), end.reason());
        }
        BgpSession second = secondary;
        if (session == second) {
            secondary = null;
            return;
        }
        boolean collision = end.notification().filter(Notification::isCollision).isPresent();
        if (!collision || second == null) {
            reason = end.reason();
        }
        if (second != null) {
            primary = second;
            secondary = null;
        } else if (enabled) {
            startAgain(end, nowNanos);
        }
    }

    private void startAgain(SessionEnd end, long nowNanos) {
        if (end.isProtocolError()) {
            Duration wait = damping.after(end);
            timers.set(Timer.IDLE_HOLD, wait, nowNanos);
            reason = "%s; trying again after %d s".formatted(end.reason(), wait.toSeconds());
        } else {
            // Without a protocol error there is no reason to refuse the peer meanwhile.
            primary.on(
                    new SessionEvent.StartListening(settings.session().dampingMinimum()), nowNanos);
        }
    }

    private void reportNotification(Notification notification, SessionEnd end) {
        boolean sent = end.kind() == SessionEnd.Kind.SENT;
        lastNotification = (sent ? "sent: " : "received: ") + notification.describe();
        if (notification.isCollision()) {
            outbox.report(
                    BgpEvent.Kind.COLLISION_RESOLVED,
                    settings.name(),
                    "of two connections, one was closed by " + (sent ? "us" : "the peer"));
            return;
        }
        outbox.report(
                sent ? BgpEvent.Kind.NOTIFICATION_SENT : BgpEvent.Kind.NOTIFICATION_RECEIVED,
                settings.name(),
                lastNotification + (sent ? " (" + end.reason() + ")" : ""));
    }

    private void reportState() {
        BgpState furthest = state();
        if (furthest != reported) {
            reported = furthest;
            outbox.add(new BgpAction.PeerStateChanged(settings.name(), furthest, reason));
        }
    }

    private @Nullable BgpSession sessionOf(long connectionId) {
        BgpSession second = secondary;
        if (second != null && second.owns(connectionId)) {
            return second;
        }
        return primary.owns(connectionId) ? primary : null;
    }

    // ---- time, and what the speaker asks of all peers ----

    void timersDue(long nowNanos) {
        routes.timersDue(nowNanos);
        if (timers.takeExpired(Timer.IDLE_HOLD, nowNanos)) {
            dispatch(primary, new SessionEvent.Start(), nowNanos);
        }
        BgpSession second = secondary;
        if (second != null) {
            sessionTimersDue(second, nowNanos);
        }
        sessionTimersDue(primary, nowNanos);
    }

    private void sessionTimersDue(BgpSession session, long nowNanos) {
        Optional<SessionEvent> due = session.takeExpired(nowNanos);
        while (due.isPresent()) {
            dispatch(session, due.get(), nowNanos);
            due = session.takeExpired(nowNanos);
        }
    }

    long nextDeadlineNanos() {
        long next = Math.min(timers.nextNanos(), routes.nextDeadlineNanos());
        BgpSession second = secondary;
        if (second != null) {
            next = Math.min(next, second.nextDeadlineNanos());
        }
        return Math.min(next, primary.nextDeadlineNanos());
    }

    void settle(List<LocRib.Change> changes, long nowNanos) {
        PeerAnnouncements current = announcements;
        if (current != null) {
            current.changed(changes);
            current.drain(nowNanos);
        }
    }

    PeerRoutes routes() {
        return routes;
    }

    Optional<PeerAnnouncements> announcements() {
        return Optional.ofNullable(announcements);
    }

    private BgpState state() {
        BgpSession second = secondary;
        return second != null && second.state().compareTo(primary.state()) > 0
                ? second.state()
                : primary.state();
    }

    BgpPeerStatus status(long nowNanos) {
        boolean established = primary.state() == BgpState.ESTABLISHED;
        Optional<PeerAnnouncements> current = announcements();
        return new BgpPeerStatus(
                settings.name(),
                state(),
                reason,
                settings.peerAsn(),
                established
                        ? OptionalInt.of(primary.negotiated().holdTimeSeconds())
                        : OptionalInt.empty(),
                established ? primary.negotiated().families() : List.of(),
                routes.received(),
                routes.accepted(),
                routes.staleCount(),
                current.map(PeerAnnouncements::announcedCount).orElse(0),
                current.map(PeerAnnouncements::heldBackCount).orElse(0),
                lastNotification,
                established ? OptionalLong.of(nowNanos - establishedNanos) : OptionalLong.empty(),
                timesEstablished);
    }
}
