package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.Capability;
import culvert.bgp.message.Capability.GracefulRestart;
import culvert.bgp.message.Capability.GracefulRestart.Preserved;
import culvert.bgp.message.Cease;
import culvert.bgp.message.EndOfRib;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Open;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The helper's side of RFC 4724, with RFC 8538. */
class GracefulRestartTest {
    private static final String BOTH = "{10.1.0.0/16=aws-1, 10.2.0.0/16=aws-1}";

    private final Site site = new Site();
    private long id;

    @BeforeEach
    void peerIsUp() {
        site.configure(Site.tunnel("aws-1", 1));
        site.give(new BgpInput.TunnelAlive("aws-1", true));
        id = site.establish("aws-1", restarting(false, false));
        site.say(
                id,
                Site.announce("169.254.1.1", "10.1.0.0/16", "10.2.0.0/16"),
                new EndOfRib(AddressFamily.IPV4_UNICAST));
        assertEquals(BOTH, site.fib.toString());
    }

    @Test
    void keepsRoutesUntilThePeerHasRepeatedThem() {
        site.give(new BgpInput.TcpClosed(id, "reset"));
        assertEquals(BOTH, site.fib.toString());
        assertEquals(2, site.status("aws-1").stale());
        site.advance(Duration.ofSeconds(60));
        long again = site.establish("aws-1", restarting(true, false));
        site.say(again, Site.announce("169.254.1.1", "10.1.0.0/16"));
        assertEquals(BOTH, site.fib.toString());
        site.say(again, new EndOfRib(AddressFamily.IPV4_UNICAST));
        assertEquals("{10.1.0.0/16=aws-1}", site.fib.toString());
        assertEquals(0, site.status("aws-1").stale());
    }

    @Test
    void dropsRoutesWhenThePeerDoesNotComeBackInTime() {
        site.give(new BgpInput.TcpClosed(id, "reset"));
        site.advance(Duration.ofSeconds(119));
        assertEquals(BOTH, site.fib.toString());
        site.advance(Duration.ofSeconds(2));
        assertEquals("{}", site.fib.toString());
        assertEquals(true, site.reported(BgpEvent.Kind.STALE_ROUTES_DROPPED));
    }

    @Test
    void dropsRoutesAtOnceWhenTheTunnelDies() {
        site.give(new BgpInput.TcpClosed(id, "reset"));
        site.give(new BgpInput.TunnelAlive("aws-1", false));
        assertEquals("{}", site.fib.toString());
    }

    @Test
    void keepsNothingWithoutATunnel() {
        site.give(new BgpInput.TunnelAlive("aws-1", false));
        assertEquals(BOTH, site.fib.toString(), "the session still stands");
        site.give(new BgpInput.TcpClosed(id, "reset"));
        assertEquals("{}", site.fib.toString());
    }

    @Test
    void dropsRoutesWhenThePeerDidNotKeepItsForwardingState() {
        site.give(new BgpInput.TcpClosed(id, "reset"));
        site.establish("aws-1", restarting(false, false));
        assertEquals("{}", site.fib.toString());
    }

    @Test
    void dropsRoutesWhenThePeerComesBackWithoutTheCapability() {
        site.give(new BgpInput.TcpClosed(id, "reset"));
        site.establish("aws-1", Site.MODERN);
        assertEquals("{}", site.fib.toString());
    }

    @Test
    void dropsRoutesThatAreNeverRepeated() {
        site.give(new BgpInput.TcpClosed(id, "reset"));
        long again = site.establish("aws-1", restarting(true, false));
        for (int i = 0; i < 18; i++) {
            assertEquals(BOTH, site.fib.toString());
            site.advance(Duration.ofSeconds(20));
            site.say(again, new Keepalive());
        }
        site.advance(Duration.ofSeconds(1));
        assertEquals("{}", site.fib.toString(), "after 360 s without End-of-RIB");
    }

    @Test
    void secondRestartDropsWhatWasStaleAlready() {
        site.give(new BgpInput.TcpClosed(id, "reset"));
        long again = site.establish("aws-1", restarting(true, false));
        site.say(again, Site.announce("169.254.1.1", "10.1.0.0/16"));
        site.give(new BgpInput.TcpClosed(again, "reset"));
        assertEquals("{10.1.0.0/16=aws-1}", site.fib.toString());
    }

    @Test
    void notificationDropsRoutes() {
        site.say(id, Notification.cease(Cease.ADMINISTRATIVE_RESET));
        assertEquals("{}", site.fib.toString());
    }

    @Test
    void ownHoldTimerDropsRoutes() {
        site.advance(Duration.ofSeconds(31));
        assertEquals("{}", site.fib.toString());
    }

    @Test
    void notificationKeepsRoutesWhenBothAgreed() {
        long n = again(restarting(true, true));
        site.say(n, Notification.cease(Cease.ADMINISTRATIVE_RESET));
        assertEquals(BOTH, site.fib.toString());
    }

    @Test
    void ownHoldTimerKeepsRoutesWhenBothAgreed() {
        again(restarting(true, true));
        site.advance(Duration.ofSeconds(31));
        assertEquals(BOTH, site.fib.toString());
    }

    @Test
    void hardResetDropsRoutesAlways() {
        long n = again(restarting(true, true));
        site.say(n, Notification.cease(Cease.ADMINISTRATIVE_RESET).asHardReset());
        assertEquals("{}", site.fib.toString());
    }

    @Test
    void stoppingTellsThePeerToDropOurRoutesToo() {
        long n = again(restarting(true, true));
        site.heard(n);
        site.give(new BgpInput.PeerDisabled("aws-1", Cease.ADMINISTRATIVE_SHUTDOWN, "bye"));
        assertEquals(
                "Cease: hard reset: Cease: administrative shutdown (\"bye\")",
                site.notifications(n).getFirst().describe());
        assertEquals("{}", site.fib.toString());
    }

    @Test
    void newConnectionOfARestartedPeerReplacesTheOldSession() {
        // RFC 4724 4.2: the peer restarted so fast that our session still seems to stand.
        site.advance(Duration.ofSeconds(11));
        site.heard(id);
        long again = site.connect("aws-1", true);
        site.say(again, Site.open(Site.HIGHER_ID, 30, restarting(true, false)));
        assertEquals(List.of(id), site.closed);
        assertEquals(List.of(), site.notifications(id), "it would not be read");
        assertEquals(BOTH, site.fib.toString());
        site.say(again, new Keepalive());
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
        site.say(again, new EndOfRib(AddressFamily.IPV4_UNICAST));
        assertEquals("{}", site.fib.toString());
    }

    @Test
    void connectionThatCameWithTheSessionIsACollisionAndNoRestart() {
        long late = site.connect("aws-1", true);
        site.say(late, Site.open(Site.HIGHER_ID, 30, restarting(true, false)));
        assertEquals(List.of(late), site.closed);
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
    }

    @Test
    void announcesOurOwnRestartOnce() {
        Site restarted =
                new Site(
                        new BgpSpeakerSettings(
                                Site.AS, Site.ID, List.of(), List.of(), 1, false, true));
        restarted.configure(Site.tunnel("aws-1", 1));
        long first = restarted.connect("aws-1", true);
        assertEquals(true, restartCapability(restarted, first).restarting());
        restarted.say(first, Site.open(Site.HIGHER_ID, 30, Site.MODERN), new Keepalive());
        restarted.give(new BgpInput.TcpClosed(first, "reset"));
        long second = restarted.connect("aws-1", true);
        assertEquals(false, restartCapability(restarted, second).restarting());
    }

    @Test
    void asksThePeerToKeepRoutesOnlyWherePacketsStillFlow() {
        BgpSessionSettings defaults = BgpSessionSettings.withHoldTime(Duration.ofSeconds(30));
        assertEquals(List.of(), keptOf(defaults));
        assertEquals(
                List.of(new Preserved(1, 1, true), new Preserved(2, 1, true)),
                keptOf(defaults.preservingForwarding()));
        assertEquals(
                List.of(new Preserved(2, 1, true)),
                keptOf(defaults.preservingForwarding().withFamilies(AddressFamily.IPV6_UNICAST)));
    }

    private static List<Preserved> keptOf(BgpSessionSettings session) {
        Site fresh = new Site();
        fresh.configure(Site.tunnel("aws-1", 1, session));
        return restartCapability(fresh, fresh.connect("aws-1", true)).families();
    }

    private static GracefulRestart restartCapability(Site site, long connection) {
        Open open = (Open) site.heard(connection).getFirst();
        return open.capability(GracefulRestart.class).orElseThrow();
    }

    private long again(List<Capability> capabilities) {
        site.give(new BgpInput.TcpClosed(id, "reset"));
        long again = site.establish("aws-1", capabilities);
        site.say(
                again,
                Site.announce("169.254.1.1", "10.1.0.0/16", "10.2.0.0/16"),
                new EndOfRib(AddressFamily.IPV4_UNICAST));
        return again;
    }

    private static List<Capability> restarting(boolean forwarding, boolean notification) {
        List<Capability> capabilities = new ArrayList<>(Site.MODERN);
        capabilities.add(
                new GracefulRestart(
                        forwarding, notification, 120, List.of(new Preserved(1, 1, forwarding))));
        return capabilities;
    }
}
