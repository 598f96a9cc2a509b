package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.Cease;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Octets;
import culvert.model.IpPrefix;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that has to do with time, in virtual time. */
class BgpTimersTest {
    private final Site site = new Site();

    @Test
    void endsASilentSessionAfterTheHoldTime() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        site.say(id, Site.announce("169.254.1.1", "10.1.0.0/16"));
        assertEquals("{10.1.0.0/16=aws-1}", site.fib.toString());
        site.advance(Duration.ofSeconds(29));
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
        site.heard(id);
        site.advance(Duration.ofSeconds(2));
        assertEquals(List.of(Notification.of(4, 0)), site.notifications(id));
        assertEquals("{}", site.fib.toString());
        assertEquals("hold timer expired: nothing heard for 30 s", site.status("aws-1").reason());
        assertEquals("sent: hold timer expired", site.status("aws-1").lastNotification());
        assertEquals(
                new SessionEnds(0, 1, 0, Optional.of(new SessionEnds.Codes(true, 4, 0))),
                site.status("aws-1").ends());
    }

    @Test
    void keepalivesOfThePeerKeepTheSession() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        for (int i = 0; i < 100; i++) {
            site.advance(Duration.ofSeconds(20));
            site.say(id, i % 2 == 0 ? new Keepalive() : Site.withdraw("10.1.0.0/16"));
        }
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
    }

    @Test
    void sendsKeepalivesEveryThirdOfTheHoldTimeWithJitter() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        site.heard(id);
        long sent = 0;
        for (int i = 0; i < 30; i++) {
            site.advance(Duration.ofSeconds(20));
            site.say(id, new Keepalive());
            sent += site.heard(id).stream().filter(Keepalive.class::isInstance).count();
        }
        assertTrue(sent >= 60 && sent <= 80, "600 s hold 60 to 80 intervals of 7.5 to 10 s");
    }

    @Test
    void agreesOnTheLowerHoldTime() {
        site.configure(Site.tunnel("aws-1", 1));
        long id = site.connect("aws-1", true);
        site.say(id, Site.open(Site.HIGHER_ID, 3, Site.MODERN), new Keepalive());
        assertEquals(OptionalInt.of(3), site.status("aws-1").holdSeconds());
        site.advance(Duration.ofSeconds(4));
        assertEquals(List.of(Notification.of(4, 0)), site.notifications(id));
    }

    @Test
    void runsNoTimersWithAHoldTimeOfZero() {
        site.configure(Site.tunnel("aws-1", 1, BgpSessionSettings.withHoldTime(Duration.ZERO)));
        long id = site.connect("aws-1", true);
        site.say(id, Site.open(Site.HIGHER_ID, 0, Site.MODERN), new Keepalive());
        site.heard(id);
        assertEquals(Long.MAX_VALUE, site.speaker.nextDeadlineNanos());
        site.give(new BgpInput.SendBlocked(id));
        site.advance(Duration.ofDays(30));
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
        assertEquals(List.of(), site.heard(id));
        site.give(new BgpInput.SendProgress(id, true));
    }

    @Test
    void refusesAPeerWithoutTimersUnlessConfigured() {
        site.configure(Site.tunnel("aws-1", 1));
        long id = site.connect("aws-1", true);
        site.say(id, Site.open(Site.HIGHER_ID, 0, Site.MODERN));
        assertEquals(List.of(Notification.of(2, 6)), site.notifications(id));
    }

    @Test
    void givesUpOnAConnectionWithoutOpen() {
        site.configure(Site.tunnel("aws-1", 1));
        long id = site.connect("aws-1", false);
        site.advance(Duration.ofSeconds(241));
        assertEquals(List.of(Notification.of(4, 0)), site.notifications(id));
    }

    @Test
    void triesToConnectAgainAndAgain() {
        site.configure(Site.tunnel("aws-1", 1));
        for (int i = 0; i < 20; i++) {
            site.give(new BgpInput.TcpFailed("aws-1", "connection refused"));
            assertEquals(BgpState.ACTIVE, site.state("aws-1"));
            int before = site.connects.size();
            site.advance(Duration.ofMillis(3700));
            assertEquals(before, site.connects.size(), "not before 75 % of 5 s");
            site.advance(Duration.ofMillis(1400));
            assertEquals(before + 1, site.connects.size());
        }
        assertEquals("cannot connect: connection refused", site.status("aws-1").reason());
    }

    @Test
    void givesUpAnAttemptThatHangs() {
        site.configure(Site.tunnel("aws-1", 1));
        site.advance(Duration.ofSeconds(12));
        assertTrue(site.connects.size() >= 3, site.connects.toString());
        assertEquals(BgpState.CONNECT, site.state("aws-1"));
    }

    @Test
    void passivePeerNeverConnects() {
        site.configure(
                Site.tunnel(
                        "aws-1",
                        1,
                        BgpSessionSettings.withHoldTime(Duration.ofSeconds(30)).passively()));
        site.advance(Duration.ofDays(1));
        assertEquals(List.of(), site.connects);
        site.establish("aws-1", Site.MODERN);
    }

    @Test
    void sendHoldEndsASessionWhosePeerDoesNotRead() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        site.give(new BgpInput.SendBlocked(id));
        for (int i = 0; i < 24; i++) {
            site.say(id, new Keepalive());
            site.advance(Duration.ofSeconds(20));
        }
        // RFC 9687: 8 minutes, although the peer's own keepalives come.
        assertEquals(List.of(Notification.of(8, 0)), site.notifications(id));
        assertTrue(site.closed.contains(id));
    }

    @Test
    void progressRestartsTheSendHoldTimer() {
        BgpSessionSettings quick =
                new BgpSessionSettings(
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(5),
                        Optional.of(Duration.ofSeconds(60)),
                        false,
                        BgpSessionSettings.withHoldTime(Duration.ZERO).families(),
                        Duration.ZERO,
                        false,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(60));
        long id = site.establish(Site.tunnel("aws-1", 1, quick));
        site.give(new BgpInput.SendBlocked(id));
        for (int i = 0; i < 10; i++) {
            site.say(id, new Keepalive());
            site.advance(Duration.ofSeconds(25));
            site.give(new BgpInput.SendProgress(id, false));
        }
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
        site.give(new BgpInput.SendProgress(id, true));
        for (int i = 0; i < 10; i++) {
            site.say(id, new Keepalive());
            site.advance(Duration.ofSeconds(25));
        }
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
    }

    @Test
    void announcesNothingWhileThePeerDoesNotRead() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        site.heard(id);
        site.give(new BgpInput.SendBlocked(id));
        site.give(new BgpInput.OriginateChanged(List.of(IpPrefix.parse("192.168.99.0/24"))));
        site.give(new BgpInput.OriginateChanged(List.of()));
        assertEquals(List.of(), site.heard(id));
        site.give(new BgpInput.SendProgress(id, true));
        assertEquals(1, site.heard(id).size(), "only that everything is gone");
    }

    /** Errors that would come again at once, and what they are. */
    @ParameterizedTest
    @ValueSource(strings = {"0200", "0202", "0301", "0503", "0601", "0602", "0105"})
    void restsAfterAProtocolError(String codes) {
        site.configure(Site.tunnel("aws-1", 1));
        Octets pair = Octets.ofHex(codes);
        long last = 0;
        for (int i = 0; i < 12; i++) {
            long id = site.connect("aws-1", false);
            site.say(id, Notification.of(pair.at(0), pair.at(1)));
            assertEquals(BgpState.IDLE, site.state("aws-1"));
            long refused = site.connect("aws-1", true);
            assertTrue(site.closed.contains(refused), "not even the peer may connect");
            long wait = site.speaker.nextDeadlineNanos() - site.nowNanos;
            assertTrue(wait >= last && wait <= Duration.ofMinutes(2).toNanos());
            last = wait;
            site.advance(Duration.ofNanos(wait));
            assertEquals(BgpState.CONNECT, site.state("aws-1"));
        }
        assertEquals(Duration.ofMinutes(2).toNanos(), last);
        // A tunnel that comes up anew has earned another try.
        site.give(new BgpInput.PeerDisabled("aws-1", Cease.ADMINISTRATIVE_RESET, "tunnel down"));
        site.give(new BgpInput.PeerEnabled("aws-1"));
        assertEquals(BgpState.CONNECT, site.state("aws-1"));
    }

    @Test
    void waitsLongestAfterTooManyPrefixes() {
        site.configure(Site.tunnel("aws-1", 1));
        long id = site.connect("aws-1", false);
        site.say(id, new Notification(6, 1, Octets.ofHex("00010100000064")));
        assertEquals(
                "the peer said: Cease: maximum number of prefixes reached, at most 100 prefixes"
                        + " of IPv4 unicast; trying again after 120 s",
                site.status("aws-1").reason());
    }

    @Test
    void comesBackSoonAfterALostConnection() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        int before = site.connects.size();
        site.give(new BgpInput.TcpClosed(id, "connection reset"));
        assertEquals(BgpState.ACTIVE, site.state("aws-1"));
        site.advance(Duration.ofSeconds(1));
        assertEquals(before + 1, site.connects.size());
    }

    @Test
    void peerMayComeBackAtOnceAfterALostConnection() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        site.give(new BgpInput.TcpClosed(id, "connection reset"));
        site.establish("aws-1", Site.MODERN);
    }
}
