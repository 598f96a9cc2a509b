package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.Cease;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.MessageEncoder;
import culvert.bgp.message.Negotiated;
import culvert.bgp.message.Notification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever one peer does, the session in the other tunnel goes on and keeps its routes. */
class MisbehavingPeerTest {
    private static final String KEPT = "10.20.0.0/16";

    private final Site site = new Site();
    private long good;

    @BeforeEach
    void establishTheOther() {
        site.configure(Site.tunnel("aws-1", 1));
        good = site.establish(Site.tunnel("aws-2", 2));
        site.say(good, Site.announce("169.254.2.1", KEPT));
        assertEquals("aws-2", site.fib.get(KEPT));
    }

    @AfterEach
    void theOtherDidNotNotice() {
        assertEquals(BgpState.ESTABLISHED, site.state("aws-2"));
        assertFalse(site.closed.contains(good));
        assertEquals("aws-2", site.fib.get(KEPT));
        assertEquals(1, site.status("aws-2").timesEstablished());
    }

    /** Time goes by while the other peer is alive and well. */
    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            site.advance(Duration.ofSeconds(1));
            site.say(good, new Keepalive());
        }
    }

    @Test
    void fiveThousandRoutesOverTheLimit() {
        long bad = site.establish("aws-1", Site.MODERN);
        List<String> prefixes = new ArrayList<>();
        for (int i = 0; i < 6000; i++) {
            prefixes.add("11.%d.%d.0/24".formatted(i >> 8, i & 255));
        }
        for (int from = 0; from < prefixes.size(); from += 500) {
            site.say(
                    bad,
                    Site.announce(
                            "169.254.1.1",
                            prefixes.subList(from, from + 500).toArray(String[]::new)));
        }
        assertTrue(site.closed.contains(bad));
        assertEquals(1, site.fib.size(), "only the other's route is left");
        assertEquals(0, site.status("aws-1").received());
    }

    @Test
    void flapsEverySecond() {
        for (int i = 0; i < 60; i++) {
            long id = site.connect("aws-1", true);
            site.say(id, Site.open(Site.HIGHER_ID, 30, Site.MODERN), new Keepalive());
            site.say(id, Site.announce("169.254.1.1", "10.30.0.0/16"));
            site.say(id, Notification.cease(Cease.ADMINISTRATIVE_RESET));
            pass(1);
        }
        assertEquals(null, site.fib.get("10.30.0.0/16"));
    }

    @Test
    void neverReads() {
        long bad = site.establish("aws-1", Site.MODERN);
        site.give(new BgpInput.SendBlocked(bad));
        for (int i = 0; i < 600; i++) {
            pass(1);
            if (!site.closed.contains(bad)) {
                site.say(bad, new Keepalive());
            }
        }
        assertTrue(site.closed.contains(bad), "RFC 9687");
    }

    @Test
    void sendsHalfAMessageAndStops() {
        long bad = site.establish("aws-1", Site.MODERN);
        byte[] update =
                MessageEncoder.encode(
                        Site.announce("169.254.1.1", "10.30.0.0/16"), Negotiated.NOTHING);
        site.give(new BgpInput.BytesReceived(bad, Arrays.copyOf(update, update.length / 2)));
        pass(91);
        assertTrue(site.closed.contains(bad), "the hold timer counts messages, not octets");
    }

    @Test
    void opensAThousandConnections() {
        for (int i = 0; i < 1000; i++) {
            site.connect("aws-1", true);
        }
        long open = 1000 - site.closed.stream().distinct().count();
        assertTrue(open <= 2, () -> open + " connections are open");
    }
}
