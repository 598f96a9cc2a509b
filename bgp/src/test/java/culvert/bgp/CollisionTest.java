package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.bgp.message.Cease;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.Notification;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 4271 6.8. Our BGP identifier lies between LOWER_ID and HIGHER_ID. */
class CollisionTest {
    private final Site site = new Site();

    /** Which connection has its OPEN first must not matter. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void keepsTheConnectionOfTheHigherIdentifier(boolean peerIsHigher, boolean ourConnectionFirst) {
        int identifier = peerIsHigher ? Site.HIGHER_ID : Site.LOWER_ID;
        site.configure(Site.tunnel("aws-1", 1));
        long incoming = site.connect("aws-1", true);
        long outgoing = site.connect("aws-1", false);
        long first = ourConnectionFirst ? outgoing : incoming;
        long second = ourConnectionFirst ? incoming : outgoing;
        long winner = peerIsHigher ? incoming : outgoing;
        long loser = peerIsHigher ? outgoing : incoming;

        site.say(first, Site.open(identifier, 30, Site.MODERN));
        assertEquals(List.of(), site.closed, "too early to tell");
        site.say(second, Site.open(identifier, 30, Site.MODERN));
        assertEquals(List.of(loser), site.closed);
        assertEquals(List.of(Notification.cease(Cease.COLLISION)), site.notifications(loser));
        site.say(winner, new Keepalive());
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
        assertEquals("", site.status("aws-1").lastNotification(), "a collision is no trouble");
        assertEquals(SessionEnds.NONE, site.status("aws-1").ends());
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void establishedSessionWinsAlways(boolean peerIsHigher) {
        int identifier = peerIsHigher ? Site.HIGHER_ID : Site.LOWER_ID;
        site.configure(Site.tunnel("aws-1", 1));
        long outgoing = site.connect("aws-1", false);
        site.say(outgoing, Site.open(identifier, 30, Site.MODERN), new Keepalive());
        long incoming = site.connect("aws-1", true);
        site.say(incoming, Site.open(identifier, 30, Site.MODERN));
        assertEquals(List.of(incoming), site.closed);
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
    }

    /** The peer knew of both before it was established, so it went by the identifiers. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void sessionEstablishedInTheMiddleOfACollisionGoesByTheIdentifiers(boolean peerIsHigher) {
        int identifier = peerIsHigher ? Site.HIGHER_ID : Site.LOWER_ID;
        site.configure(Site.tunnel("aws-1", 1));
        long outgoing = site.connect("aws-1", false);
        long incoming = site.connect("aws-1", true);
        site.nowNanos += 1_000_000;
        site.say(outgoing, Site.open(identifier, 30, Site.MODERN), new Keepalive());
        site.say(incoming, Site.open(identifier, 30, Site.MODERN), new Keepalive());
        assertEquals(List.of(peerIsHigher ? outgoing : incoming), site.closed);
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
    }

    @Test
    void equalIdentifiersCompareByAsNumber() {
        // RFC 6286: our AS 65000 is above 64512, so our connection stays.
        site.configure(Site.tunnel("aws-1", 1));
        long incoming = site.connect("aws-1", true);
        long outgoing = site.connect("aws-1", false);
        site.say(incoming, Site.open(Site.ID, 30, Site.MODERN));
        site.say(outgoing, Site.open(Site.ID, 30, Site.MODERN));
        assertEquals(List.of(incoming), site.closed);
    }

    @Test
    void incomingSessionEndsTheAttemptToConnect() {
        site.configure(Site.tunnel("aws-1", 1));
        long incoming = site.establish("aws-1", Site.MODERN);
        long late = site.connect("aws-1", false);
        assertEquals(List.of(late), site.closed);
        site.say(incoming, new Keepalive());
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
    }

    @Test
    void peerThatEndsTheLosingConnectionLeavesTheOther() {
        site.configure(Site.tunnel("aws-1", 1));
        long incoming = site.connect("aws-1", true);
        long outgoing = site.connect("aws-1", false);
        site.say(incoming, Site.open(Site.HIGHER_ID, 30, Site.MODERN));
        site.say(outgoing, Notification.cease(Cease.COLLISION));
        site.say(incoming, new Keepalive());
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
        assertEquals(List.of(outgoing), site.closed);
    }

    @Test
    void lossOfTheFirstConnectionLeavesTheSecond() {
        site.configure(Site.tunnel("aws-1", 1));
        long incoming = site.connect("aws-1", true);
        long outgoing = site.connect("aws-1", false);
        site.give(new BgpInput.TcpClosed(outgoing, "reset"));
        site.say(incoming, Site.open(Site.HIGHER_ID, 30, Site.MODERN), new Keepalive());
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
    }

    @Test
    void holdsNoMoreThanTwoConnections() {
        site.configure(Site.tunnel("aws-1", 1));
        site.connect("aws-1", false);
        long second = site.connect("aws-1", true);
        long third = site.connect("aws-1", true);
        assertEquals(List.of(second), site.closed, "the peer has begun anew");
        site.say(third, Site.open(Site.HIGHER_ID, 30, Site.MODERN), new Keepalive());
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
    }

    @Test
    void refusesConnectionsWhileDisabledOrUnknown() {
        site.give(new BgpInput.PeerConfigured(Site.tunnel("aws-1", 1)));
        long early = site.connect("aws-1", true);
        long unknown = site.connect("aws-9", true);
        assertEquals(List.of(early, unknown), site.closed);
        assertEquals(true, site.reported(BgpEvent.Kind.CONNECTION_REFUSED));
    }
}
