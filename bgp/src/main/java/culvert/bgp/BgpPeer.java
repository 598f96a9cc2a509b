package culvert.bgp;

import culvert.bgp.BgpTimers.Timer;
import culvert.bgp.OpenExchange.Objection;
import culvert.bgp.SessionEvent.Connected;
import culvert.bgp.message.BgpMessage;
import culvert.bgp.message.Cease;
import culvert.bgp.message.DecodeError;
import culvert.bgp.message.DecodeResult;
import culvert.bgp.message.MessageDecoder;
import culvert.bgp.message.MessageFramer.Frame;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Open;
import culvert.bgp.rib.LocRib;
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
    private final Outbox outbox;
    private final RandomGenerator random;
    private final BgpTimers timers;
    private final PeerTables tables;
    private final PeerJournal journal;
    private BgpPeerSettings settings;
    private Damping damping;
    private BgpSession primary;
    private @Nullable BgpSession secondary;
    private boolean enabled;

    BgpPeer(
            BgpPeerSettings settings,
            BgpSpeakerSettings speaker,
            LocRib locRib,
            Outbox outbox,
            RandomGenerator random) {
        this.settings = settings;
        this.speaker = speaker;
        this.outbox = outbox;
        this.random = random;
        this.timers = new BgpTimers(random);
        this.journal = new PeerJournal(settings.name(), outbox);
        this.damping = new Damping(settings.session());
        this.tables = new PeerTables(settings, speaker, locRib, outbox, random);
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
            journal.because("connecting");
            dispatch(primary, new SessionEvent.Start(), nowNanos);
        }
    }

    void disable(Cease why, String text, long nowNanos) {
        enabled = false;
        timers.stop(Timer.IDLE_HOLD);
        String words = text.isEmpty() ? why.toString() : text;
        journal.because(words);
        stop(Notification.cease(why, text), words, nowNanos);
        tables.routes().clear();
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
        tables.reconfigure(changed, keepsSession);
        if (keepsSession) {
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
        tables.routes().remove();
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
                journal.refused();
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
            journal.because("cannot connect: " + why);
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
                case Frame.Incomplete _ -> {
                    return;
                }
                case Frame.Malformed(DecodeError error) ->
                        dispatch(session, new SessionEvent.Malformed(error), nowNanos);
                case Frame.Whole whole -> frame(session, whole, nowNanos);
            }
        }
    }

    private void frame(BgpSession session, Frame.Whole whole, long nowNanos) {
        journal.messages().received(whole.type());
        switch (MessageDecoder.decode(whole, session.negotiated())) {
            case DecodeResult.Malformed(DecodeError error) ->
                    dispatch(session, new SessionEvent.Malformed(error), nowNanos);
            case DecodeResult.Decoded(BgpMessage message, List<DecodeError> tolerated) -> {
                journal.tolerated(tolerated);
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
        tables.received(message, nowNanos)
                .ifPresent(
                        n -> dispatch(session, new SessionEvent.Stop(n, n.describe()), nowNanos));
    }

    // ---- OPEN and collisions ----

    private Open ours() {
        return OpenExchange.ours(
                speaker, settings, speaker.restarting() && journal.timesEstablished() == 0);
    }

    private void open(BgpSession session, Open open, long nowNanos) {
        Optional<Objection> objection = OpenExchange.objectionTo(open, ours(), settings);
        if (objection.isPresent()) {
            Objection o = objection.get();
            dispatch(session, new SessionEvent.Stop(o.notification(), o.reason()), nowNanos);
            return;
        }
        BgpSession other = session == primary ? secondary : primary;
        if (other != null) {
            switch (Collision.of(session, other, open, speaker)) {
                case BOTH_GO_ON -> {}
                case OTHER_ENDS -> dispatch(other, collisionLost(), nowNanos);
                case OTHER_IS_GONE ->
                        dispatch(
                                other,
                                new SessionEvent.Abandon("the peer restarted and connected anew"),
                                nowNanos);
                case THIS_ENDS -> {
                    dispatch(session, collisionLost(), nowNanos);
                    return;
                }
            }
        }
        dispatch(session, new SessionEvent.Received(open), nowNanos);
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
        journal.state(state());
    }

    private void established(BgpSession session, long nowNanos) {
        if (session == secondary) {
            // An attempt of ours may still be under way; what comes of it is closed on arrival.
            secondary = primary.state().hasConnection() ? primary : null;
            primary = session;
        }
        Open theirs = session.theirs().orElseThrow();
        journal.established(session.negotiated(), theirs.asn(), nowNanos);
        tables.established(session, theirs, nowNanos);
    }

    private void ended(BgpSession session, SessionEnd end, long nowNanos) {
        journal.ended(end);
        if (end.established().isPresent()) {
            damping.sessionHeld(journal.sinceEstablished(nowNanos));
            tables.ended(end, nowNanos);
        }
        BgpSession second = secondary;
        boolean collision = end.notification().filter(Notification::isCollision).isPresent();
        if ((!collision || second == null) && primary.state() != BgpState.ESTABLISHED) {
            journal.because(end.reason());
        }
        if (session == second) {
            secondary = null;
        } else if (second != null) {
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
            journal.because(
                    "%s; trying again after %d s".formatted(end.reason(), wait.toSeconds()));
            return;
        }
        // Without a protocol error there is no reason to refuse the peer meanwhile. A session that
        // was up comes back soon; what never came up is not tried more often than set.
        BgpSessionSettings session = settings.session();
        Duration wait =
                end.established().isPresent() ? session.dampingMinimum() : session.connectRetry();
        primary.on(new SessionEvent.StartListening(wait), nowNanos);
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
        tables.routes().timersDue(nowNanos);
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
        long next = Math.min(timers.nextNanos(), tables.routes().nextDeadlineNanos());
        BgpSession second = secondary;
        if (second != null) {
            next = Math.min(next, second.nextDeadlineNanos());
        }
        return Math.min(next, primary.nextDeadlineNanos());
    }

    void sent(byte[] message) {
        journal.messages().sent(message);
    }

    PeerTables tables() {
        return tables;
    }

    private BgpState state() {
        BgpSession second = secondary;
        return second != null && second.state().compareTo(primary.state()) > 0
                ? second.state()
                : primary.state();
    }

    BgpPeerStatus status(long nowNanos) {
        boolean established = primary.state() == BgpState.ESTABLISHED;
        PeerRoutes routes = tables.routes();
        Optional<PeerAnnouncements> told = tables.announcements();
        return new BgpPeerStatus(
                settings.name(),
                state(),
                journal.reason(),
                settings.peerAsn(),
                established
                        ? OptionalInt.of(primary.negotiated().holdTimeSeconds())
                        : OptionalInt.empty(),
                established ? primary.negotiated().families() : List.of(),
                routes.received(),
                routes.accepted(),
                routes.staleCount(),
                told.map(PeerAnnouncements::announcedCount).orElse(0),
                told.map(PeerAnnouncements::heldBackCount).orElse(0),
                journal.lastNotification(),
                established
                        ? OptionalLong.of(journal.sinceEstablished(nowNanos).toNanos())
                        : OptionalLong.empty(),
                journal.timesEstablished(),
                journal.malformedUpdates(),
                journal.ends(),
                journal.messages().lines());
    }
}
