package culvert.bgp;

import static culvert.bgp.BgpState.ACTIVE;
import static culvert.bgp.BgpState.CONNECT;
import static culvert.bgp.BgpState.ESTABLISHED;
import static culvert.bgp.BgpState.IDLE;
import static culvert.bgp.BgpState.OPEN_CONFIRM;
import static culvert.bgp.BgpState.OPEN_SENT;

import culvert.bgp.BgpTimers.Timer;
import culvert.bgp.SessionEvent.Abandon;
import culvert.bgp.SessionEvent.ConnectFailed;
import culvert.bgp.SessionEvent.ConnectRetryExpired;
import culvert.bgp.SessionEvent.Connected;
import culvert.bgp.SessionEvent.ConnectionLost;
import culvert.bgp.SessionEvent.HoldExpired;
import culvert.bgp.SessionEvent.KeepaliveExpired;
import culvert.bgp.SessionEvent.Malformed;
import culvert.bgp.SessionEvent.Received;
import culvert.bgp.SessionEvent.SendHoldExpired;
import culvert.bgp.SessionEvent.Start;
import culvert.bgp.SessionEvent.StartListening;
import culvert.bgp.SessionEvent.Stop;
import culvert.bgp.message.BgpMessage;
import culvert.bgp.message.EndOfRib;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.MessageEncoder;
import culvert.bgp.message.MessageFramer;
import culvert.bgp.message.Negotiated;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Octets;
import culvert.bgp.message.Open;
import culvert.bgp.message.RouteRefresh;
import culvert.bgp.message.Update;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/*
 * The finite state machine of RFC 4271 8.2.2 for one connection, one method per state.
 *
 *            Start                 Connected             OPEN              KEEPALIVE
 *   Idle ----------> Connect ------------------> OpenSent -----> OpenConfirm -----> Established
 *    |                 |  ^                        ^
 *    |   ConnectFailed |  | ConnectRetryExpired    |
 *    |                 v  |         Connected      |
 *    +-------------> Active -----------------------+
 *     StartListening
 *
 * From every state, Stop and errors lead to Idle; how it ended waits in takeEnd(). Events that need
 * a connection cannot come up where there is none, and are ignored there.
 */
/** One session with a peer. */
final class BgpSession {
    /** RFC 4271 8.2.2: "a large value", until the peer's OPEN is there. */
    private static final Duration OPEN_HOLD = Duration.ofMinutes(4);

    private final String peer;
    private final BgpSessionSettings settings;
    private final Outbox outbox;
    private final BgpTimers timers;
    private BgpState state = IDLE;
    private long nowNanos;
    private long connectionId;
    private long connectedNanos;
    private long confirmedNanos;
    private boolean incoming;
    private boolean blocked;
    private @Nullable Open ours;
    private @Nullable Open theirs;
    private Negotiated negotiated = Negotiated.NOTHING;
    private MessageFramer framer = new MessageFramer(true);
    private @Nullable SessionEnd end;

    BgpSession(String peer, BgpSessionSettings settings, Outbox outbox, RandomGenerator random) {
        this.peer = peer;
        this.settings = settings;
        this.outbox = outbox;
        this.timers = new BgpTimers(random);
    }

    void on(SessionEvent event, long nowNanos) {
        this.nowNanos = nowNanos;
        state =
                switch (state) {
                    case IDLE -> idle(event);
                    case CONNECT -> connect(event);
                    case ACTIVE -> active(event);
                    case OPEN_SENT -> openSent(event);
                    case OPEN_CONFIRM -> openConfirm(event);
                    case ESTABLISHED -> established(event);
                };
    }

    private BgpState idle(SessionEvent event) {
        return switch (event) {
            case Start _ -> start();
            case StartListening(Duration connectAfter) -> listen(connectAfter);
            case Stop _, Abandon _, Connected _, ConnectFailed _, ConnectionLost _ -> IDLE;
            case ConnectRetryExpired _, HoldExpired _, KeepaliveExpired _ -> IDLE;
            case SendHoldExpired _, Received _, Malformed _ -> IDLE;
        };
    }

    private BgpState connect(SessionEvent event) {
        return switch (event) {
            case Connected connected -> sendOpen(connected);
            // RFC 4271 goes to Idle and, as we start again by ourselves, from there to Active.
            case ConnectFailed _ -> listen(settings.connectRetry());
            case ConnectRetryExpired _ -> start();
            case Stop _, Abandon _ -> giveUp();
            case Start _, StartListening _, ConnectionLost _ -> CONNECT;
            case HoldExpired _, KeepaliveExpired _, SendHoldExpired _ -> CONNECT;
            case Received _, Malformed _ -> CONNECT;
        };
    }

    private BgpState active(SessionEvent event) {
        return switch (event) {
            case Connected connected -> sendOpen(connected);
            case Start _, ConnectRetryExpired _ -> start();
            case StartListening(Duration connectAfter) -> listen(connectAfter);
            case Stop _, Abandon _ -> giveUp();
            case ConnectFailed _, ConnectionLost _ -> ACTIVE;
            case HoldExpired _, KeepaliveExpired _, SendHoldExpired _ -> ACTIVE;
            case Received _, Malformed _ -> ACTIVE;
        };
    }

    private BgpState openSent(SessionEvent event) {
        return switch (event) {
            case Received(Open open) -> sendKeepalive(open);
            case Received(Notification n) -> endedByPeer(n);
            case Received(BgpMessage unexpected) -> unexpected(unexpected, 1);
            default -> withConnection(event);
        };
    }

    private BgpState openConfirm(SessionEvent event) {
        return switch (event) {
            case Received(Keepalive _) -> heard();
            case Received(Notification n) -> endedByPeer(n);
            case Received(BgpMessage unexpected) -> unexpected(unexpected, 2);
            default -> withConnection(event);
        };
    }

    private BgpState established(SessionEvent event) {
        return switch (event) {
            case Received(Keepalive _) -> heard();
            case Received(Update _) -> heard();
            case Received(EndOfRib _) -> heard();
            // RFC 4271 4.4 counts KEEPALIVE and UPDATE only as signs of life.
            case Received(RouteRefresh _) -> ESTABLISHED;
            case Received(Notification n) -> endedByPeer(n);
            case Received(Open open) -> unexpected(open, 3);
            default -> withConnection(event);
        };
    }

    /** What is alike in the three states that have a connection. */
    private BgpState withConnection(SessionEvent event) {
        return switch (event) {
            case Stop(Notification n, String reason) -> endWith(n, reason);
            case Abandon(String reason) -> endSilently(reason, true);
            case ConnectionLost(String why) -> endSilently(why, false);
            case HoldExpired _ ->
                    endWith(
                            Notification.of(Notification.HOLD_TIMER_EXPIRED, 0),
                            "hold timer expired: nothing heard for "
                                    + (state == OPEN_SENT
                                            ? OPEN_HOLD.toSeconds()
                                            : negotiated.holdTimeSeconds())
                                    + " s");
            case KeepaliveExpired _ -> {
                send(new Keepalive(), nowNanos);
                yield state;
            }
            case SendHoldExpired _ ->
                    endWith(
                            Notification.of(Notification.SEND_HOLD_TIMER_EXPIRED, 0),
                            "send hold timer expired: the peer does not read");
            case Malformed m -> endWith(m.error().notification(), m.error().what());
            case Start _, StartListening _, Connected _, ConnectFailed _ -> state;
            case ConnectRetryExpired _, Received _ -> state;
        };
    }

    private BgpState start() {
        if (settings.passive()) {
            timers.clear();
            return ACTIVE;
        }
        timers.setJittered(Timer.CONNECT_RETRY, settings.connectRetry(), nowNanos);
        outbox.add(new BgpAction.Connect(peer));
        return CONNECT;
    }

    private BgpState listen(Duration connectAfter) {
        if (!settings.passive()) {
            timers.setJittered(Timer.CONNECT_RETRY, connectAfter, nowNanos);
        }
        return ACTIVE;
    }

    private BgpState giveUp() {
        timers.clear();
        return IDLE;
    }

    private BgpState sendOpen(Connected connected) {
        timers.clear();
        connectedNanos = nowNanos;
        connectionId = connected.connectionId();
        incoming = connected.incoming();
        ours = connected.ours();
        theirs = null;
        blocked = false;
        negotiated = Negotiated.NOTHING;
        framer = new MessageFramer(true);
        timers.set(Timer.HOLD, OPEN_HOLD, nowNanos);
        send(connected.ours(), nowNanos);
        return OPEN_SENT;
    }

    /** The peer's OPEN is in order: agree, and wait for the peer to agree too. */
    private BgpState sendKeepalive(Open open) {
        Open mine = ours;
        if (mine == null) {
            throw new IllegalStateException("an OPEN was received before ours was sent");
        }
        theirs = open;
        confirmedNanos = nowNanos;
        negotiated = Negotiated.of(mine, open);
        restartHold();
        if (blocked) {
            startSendHold(nowNanos);
        }
        send(new Keepalive(), nowNanos);
        return OPEN_CONFIRM;
    }

    private BgpState heard() {
        restartHold();
        return ESTABLISHED;
    }

    private void restartHold() {
        // RFC 4271 4.2: with a hold time of zero, neither timer exists.
        if (negotiated.holdTimeSeconds() == 0) {
            timers.stop(Timer.HOLD);
        } else {
            timers.set(Timer.HOLD, Duration.ofSeconds(negotiated.holdTimeSeconds()), nowNanos);
        }
    }

    private BgpState unexpected(BgpMessage message, int subcode) {
        // RFC 6608: the subcode names the state, the data the message.
        return endWith(
                new Notification(Notification.FSM_ERROR, subcode, Octets.of(message.type())),
                "unexpected " + message.typeName() + " in " + state);
    }

    private BgpState endedByPeer(Notification notification) {
        // RFC 4271 6.4: a NOTIFICATION is never answered with one.
        outbox.add(new BgpAction.CloseConnection(connectionId));
        return end(
                SessionEnd.Kind.RECEIVED,
                "the peer said: " + notification.describe(),
                Optional.of(notification));
    }

    private BgpState endWith(Notification notification, String reason) {
        send(notification, nowNanos);
        outbox.add(new BgpAction.CloseConnection(connectionId));
        return end(SessionEnd.Kind.SENT, reason, Optional.of(notification));
    }

    private BgpState endSilently(String reason, boolean close) {
        if (close) {
            outbox.add(new BgpAction.CloseConnection(connectionId));
        }
        return end(SessionEnd.Kind.LOST, reason, Optional.empty());
    }

    private BgpState end(SessionEnd.Kind kind, String reason, Optional<Notification> notification) {
        timers.clear();
        blocked = false;
        end =
                new SessionEnd(
                        kind,
                        reason,
                        notification,
                        state == ESTABLISHED ? Optional.of(negotiated) : Optional.empty());
        return IDLE;
    }

    void send(BgpMessage message, long nowNanos) {
        byte[] octets = MessageEncoder.encode(message, negotiated);
        if (message instanceof RouteRefresh) {
            // Not a sign of life to a peer that goes by RFC 4271 4.4.
            outbox.add(new BgpAction.Send(connectionId, octets));
        } else {
            sendOctets(octets, nowNanos);
        }
    }

    /** Sends a whole UPDATE or KEEPALIVE. */
    void sendOctets(byte[] message, long nowNanos) {
        outbox.add(new BgpAction.Send(connectionId, message));
        if (negotiated.holdTimeSeconds() != 0) {
            // RFC 4271 4.4: a third of the hold time since we last gave a sign of life.
            Duration interval = Duration.ofSeconds(negotiated.holdTimeSeconds()).dividedBy(3);
            timers.setJittered(Timer.KEEPALIVE, interval, nowNanos);
        }
    }

    void sendBlocked(long nowNanos) {
        blocked = true;
        if (!timers.isRunning(Timer.SEND_HOLD)) {
            startSendHold(nowNanos);
        }
    }

    void sendProgress(boolean drained, long nowNanos) {
        blocked = !drained;
        if (drained) {
            timers.stop(Timer.SEND_HOLD);
        } else {
            startSendHold(nowNanos);
        }
    }

    /** RFC 9687: not with a hold time of zero. */
    private void startSendHold(long nowNanos) {
        if (negotiated.holdTimeSeconds() != 0) {
            timers.set(
                    Timer.SEND_HOLD, settings.sendHoldFor(negotiated.holdTimeSeconds()), nowNanos);
        }
    }

    Optional<SessionEvent> takeExpired(long nowNanos) {
        return SessionEvent.takeExpired(timers, nowNanos);
    }

    /** How the session ended, once. */
    Optional<SessionEnd> takeEnd() {
        SessionEnd taken = end;
        end = null;
        return Optional.ofNullable(taken);
    }

    BgpState state() {
        return state;
    }

    boolean owns(long connectionId) {
        return state.hasConnection() && this.connectionId == connectionId;
    }

    /** When our OPEN was sent. */
    long connectedNanos() {
        return connectedNanos;
    }

    /** When the peer's OPEN was answered. */
    long confirmedNanos() {
        return confirmedNanos;
    }

    boolean isIncoming() {
        return incoming;
    }

    boolean isBlocked() {
        return blocked;
    }

    Negotiated negotiated() {
        return negotiated;
    }

    /** The peer's OPEN; there is one from OpenConfirm on. */
    Optional<Open> theirs() {
        return Optional.ofNullable(theirs);
    }

    MessageFramer framer() {
        return framer;
    }

    long nextDeadlineNanos() {
        return timers.nextNanos();
    }
}
