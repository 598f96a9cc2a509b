package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.Cease;
import culvert.bgp.message.DecodeError;
import culvert.bgp.message.EndOfRib;
import culvert.bgp.message.ErrorHandling;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Open;
import culvert.bgp.message.RouteRefresh;
import culvert.bgp.message.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The state machine as a table: every state with every event. */
class BgpSessionTest {
    private static final Open OPEN = Site.open(Site.HIGHER_ID, 30, Site.MODERN);

    private static final Map<String, SessionEvent> EVENTS = new LinkedHashMap<>();

    static {
        EVENTS.put("Start", new SessionEvent.Start());
        EVENTS.put("StartListening", new SessionEvent.StartListening(Duration.ofSeconds(1)));
        EVENTS.put(
                "Stop",
                new SessionEvent.Stop(
                        Notification.cease(Cease.ADMINISTRATIVE_SHUTDOWN), "stopped"));
        EVENTS.put("Abandon", new SessionEvent.Abandon("gone"));
        EVENTS.put("Connected", new SessionEvent.Connected(7, false, OPEN));
        EVENTS.put("ConnectFailed", new SessionEvent.ConnectFailed("refused"));
        EVENTS.put("ConnectionLost", new SessionEvent.ConnectionLost("reset"));
        EVENTS.put("ConnectRetryExpired", new SessionEvent.ConnectRetryExpired());
        EVENTS.put("HoldExpired", new SessionEvent.HoldExpired());
        EVENTS.put("KeepaliveExpired", new SessionEvent.KeepaliveExpired());
        EVENTS.put("SendHoldExpired", new SessionEvent.SendHoldExpired());
        EVENTS.put("OPEN", new SessionEvent.Received(OPEN));
        EVENTS.put("KEEPALIVE", new SessionEvent.Received(new Keepalive()));
        EVENTS.put("UPDATE", new SessionEvent.Received(Update.withdraw(List.of())));
        EVENTS.put("EndOfRib", new SessionEvent.Received(new EndOfRib(AddressFamily.IPV4_UNICAST)));
        EVENTS.put("ROUTE-REFRESH", new SessionEvent.Received(new RouteRefresh(1, 1, 0)));
        EVENTS.put(
                "NOTIFICATION",
                new SessionEvent.Received(Notification.cease(Cease.ADMINISTRATIVE_RESET)));
        EVENTS.put(
                "Malformed",
                new SessionEvent.Malformed(
                        new DecodeError(
                                ErrorHandling.SESSION_RESET, "bad", Notification.of(3, 1))));
    }

    /**
     * For each event, what follows in Idle, Connect, Active, OpenSent, OpenConfirm, Established.
     */
    private static final String TABLE =
            """
            Start               | Connect connect | Connect         | Connect connect | OpenSent       | OpenConfirm    | Established
            StartListening      | Active          | Connect         | Active          | OpenSent       | OpenConfirm    | Established
            Stop                | Idle            | Idle            | Idle            | Idle 6/2 close | Idle 6/2 close | Idle 6/2 close
            Abandon             | Idle            | Idle            | Idle            | Idle close     | Idle close     | Idle close
            Connected           | Idle            | OpenSent OPEN   | OpenSent OPEN   | OpenSent       | OpenConfirm    | Established
            ConnectFailed       | Idle            | Active          | Active          | OpenSent       | OpenConfirm    | Established
            ConnectionLost      | Idle            | Connect         | Active          | Idle           | Idle           | Idle
            ConnectRetryExpired | Idle            | Connect connect | Connect connect | OpenSent       | OpenConfirm    | Established
            HoldExpired         | Idle            | Connect         | Active          | Idle 4/0 close | Idle 4/0 close | Idle 4/0 close
            KeepaliveExpired    | Idle            | Connect         | Active          | OpenSent KEEPALIVE | OpenConfirm KEEPALIVE | Established KEEPALIVE
            SendHoldExpired     | Idle            | Connect         | Active          | Idle 8/0 close | Idle 8/0 close | Idle 8/0 close
            OPEN                | Idle            | Connect         | Active          | OpenConfirm KEEPALIVE | Idle 5/2 close | Idle 5/3 close
            KEEPALIVE           | Idle            | Connect         | Active          | Idle 5/1 close | Established    | Established
            UPDATE              | Idle            | Connect         | Active          | Idle 5/1 close | Idle 5/2 close | Established
            EndOfRib            | Idle            | Connect         | Active          | Idle 5/1 close | Idle 5/2 close | Established
            ROUTE-REFRESH       | Idle            | Connect         | Active          | Idle 5/1 close | Idle 5/2 close | Established
            NOTIFICATION        | Idle            | Connect         | Active          | Idle close     | Idle close     | Idle close
            Malformed           | Idle            | Connect         | Active          | Idle 3/1 close | Idle 3/1 close | Idle 3/1 close
            """;

    private final Outbox outbox = new Outbox();

    @Test
    void doesWhatTheTableSays() {
        StringBuilder actual = new StringBuilder();
        for (Map.Entry<String, SessionEvent> event : EVENTS.entrySet()) {
            List<String> cells = new ArrayList<>();
            for (BgpState state : BgpState.values()) {
                BgpSession session = in(state);
                outbox.take();
                session.on(event.getValue(), 10);
                cells.add(session.state() + actions());
            }
            actual.append(event.getKey()).append(" | ").append(String.join(" | ", cells));
            actual.append("\n");
        }
        assertEquals(TABLE.replaceAll(" +", " "), actual.toString());
    }

    @Test
    void tellsOnceHowItEnded() {
        BgpSession session = in(BgpState.ESTABLISHED);
        session.on(event("HoldExpired"), 10);
        SessionEnd end = session.takeEnd().orElseThrow();
        assertEquals("hold timer expired: nothing heard for 30 s", end.reason());
        assertTrue(end.established().isPresent());
        assertTrue(session.takeEnd().isEmpty());
    }

    @Test
    void noTimerRunsInIdle() {
        for (BgpState state : BgpState.values()) {
            BgpSession session = in(state);
            session.on(event("Stop"), 10);
            assertEquals(BgpTimers.NEVER, session.nextDeadlineNanos(), state.toString());
        }
    }

    private BgpSession in(BgpState state) {
        BgpSession session =
                new BgpSession(
                        "peer",
                        BgpSessionSettings.withHoldTime(Duration.ofSeconds(30)),
                        outbox,
                        new Random(1));
        List<String> way =
                switch (state) {
                    case IDLE -> List.of();
                    case CONNECT -> List.of("Start");
                    case ACTIVE -> List.of("StartListening");
                    case OPEN_SENT -> List.of("Start", "Connected");
                    case OPEN_CONFIRM -> List.of("Start", "Connected", "OPEN");
                    case ESTABLISHED -> List.of("Start", "Connected", "OPEN", "KEEPALIVE");
                };
        way.forEach(e -> session.on(event(e), 5));
        assertEquals(state, session.state());
        return session;
    }

    private static SessionEvent event(String name) {
        return Objects.requireNonNull(EVENTS.get(name));
    }

    private String actions() {
        StringBuilder words = new StringBuilder();
        for (BgpAction action : outbox.take()) {
            switch (action) {
                case BgpAction.Connect _ -> words.append(" connect");
                case BgpAction.CloseConnection _ -> words.append(" close");
                case BgpAction.Send(long _, byte[] m) ->
                        words.append(
                                switch (m[18]) {
                                    case 1 -> " OPEN";
                                    case 3 -> " " + m[19] + "/" + m[20];
                                    case 4 -> " KEEPALIVE";
                                    default -> " message " + m[18];
                                });
                case BgpAction.RoutesChanged _, BgpAction.PeerStateChanged _, BgpAction.Report _ ->
                        words.append(" unexpected");
            }
        }
        return words.toString();
    }
}
