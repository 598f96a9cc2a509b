package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.Keepalive;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Octets;
import culvert.bgp.message.RouteRefresh;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Messages other than UPDATE that ended sessions or processes of other speakers, with their octets:
 * the numbers 33 to 42 of the list that {@link HostileUpdateTest} begins.
 */
class HostileMessageTest {
    private final Incident incident = new Incident();

    @AfterEach
    void theOtherTunnelDidNotNotice() {
        incident.assertOtherDidNotNotice();
    }

    /** The body of an OPEN that is the first message of a connection. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    33 | extended parameters without length (RFC 9072) | 04 fc00 001e 0a000009 ff ff           | 2/0
                    33 | extended parameters, length cut short         | 04 fc00 001e 0a000009 ff ff 00        | 2/0
                    33 | extended parameter of 3 octets, cut short     | 04 fc00 001e 0a000009 ff ff 0002 02 00 | 2/0
                    33 | extended parameters longer than the message   | 04 fc00 001e 0a000009 ff ff ffff 02 00 00 | 2/0
                    34 | OPEN of 28 octets                             | 04 fc00 001e 0a000009                 | 1/2 001c
                    34 | parameters longer than the message            | 04 fc00 001e 0a000009 ff 02 00        | 2/0
                    34 | octets behind the parameters                  | 04 fc00 001e 0a000009 00 00           | 2/0
                    35 | capability longer than its parameter          | 04 fc00 001e 0a000009 04 02 02 41 04  | 2/0
                    35 | capability of one octet                       | 04 fc00 001e 0a000009 03 02 01 41     | 2/0
                    35 | four-octet AS of 2 octets                     | 04 fc00 001e 0a000009 06 02 04 41 02 fc00 | 2/0
                    35 | four-octet AS of 0 octets                     | 04 fc00 001e 0a000009 04 02 02 41 00  | 2/0
                    35 | multiprotocol of 3 octets                     | 04 fc00 001e 0a000009 07 02 05 01 03 000100 | 2/0
                    35 | graceful restart of 5 octets                  | 04 fc00 001e 0a000009 09 02 07 40 05 0078000101 | 2/0
                    36 | long-lived restart, longer than its parameter | 04 fc00 001e 0a000009 04 02 02 47 07  | 2/0
                    36 | software version, longer than its parameter   | 04 fc00 001e 0a000009 05 02 03 4b 02 42 | 2/0
                    36 | host name, longer than its parameter          | 04 fc00 001e 0a000009 05 02 03 49 ff 03 | 2/0
                    """)
    void badOpenEndsAConnection(int number, String name, String body, String answer) {
        incident.connect(false);
        incident.say(Incident.message(1, body));
        assertEquals(answer, answer());
    }

    /** What follows the marker in the first message of a connection. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    34 | OPEN of 19 octets                             | 0013 01                                       | 1/2 0013
                    37 | dynamic capability                            | 0017 06 00000000                              | 1/3 06
                    39 | type 0                                        | 0013 00                                       | 1/3 00
                    39 | type 255                                      | 0013 ff                                       | 1/3 ff
                    39 | length 0                                      | 0000 01                                       | 1/2 0000
                    39 | length 18                                     | 0012 04                                       | 1/2 0012
                    39 | OPEN of 4,097 octets                          | 1001 01                                       | 1/2 1001
                    39 | KEEPALIVE of 20 octets                        | 0014 04 00                                    | 1/2 0014
                    41 | UPDATE in OpenSent (RFC 6608)                 | 0017 02 00000000                              | 5/1 02
                    41 | KEEPALIVE in OpenSent                         | 0013 04                                       | 5/1 04
                    41 | ROUTE-REFRESH in OpenSent                     | 0017 05 00010001                              | 5/1 05
                    """)
    void endsAConnection(int number, String name, String octets, String answer) {
        incident.connect(false);
        incident.say(behindMarker(octets));
        assertEquals(answer, answer());
    }

    /** In an established session, likewise. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    37 | dynamic capability                   | 0017 06 00000000       | 1/3 06
                    38 | ROUTE-REFRESH of 3 octets            | 0016 05 000100         | 1/2 0016
                    38 | mark of a refresh with an octet more (RFC 7313 5) | 0018 05 0001010100 | 7/1 ffffffffffffffffffffffffffffffff0018050001010100
                    39 | UPDATE of 22 octets                  | 0016 02 000000         | 1/2 0016
                    39 | KEEPALIVE of 20 octets               | 0014 04 00             | 1/2 0014
                    40 | NOTIFICATION of no octets (RFC 4271 6.4) | 0013 03            | closed
                    40 | NOTIFICATION of one octet            | 0014 03 06             | closed
                    40 | NOTIFICATION of unknown codes        | 0015 03 ffff           | closed
                    40 | shutdown text longer than its data   | 0017 03 0602 ff41      | closed
                    40 | shutdown text of bad UTF-8           | 001a 03 0602 04c3281b5b | closed
                    41 | OPEN in Established                  | 001d 01 04 fc00 001e 0a000009 00 | 5/3 01
                    """)
    void endsASession(int number, String name, String octets, String answer) {
        incident.establish(false, true);
        incident.say(behindMarker(octets));
        assertEquals(answer, answer());
        assertEquals(null, incident.site.fib.get(Incident.PREFIX));
        String told = incident.site.status("aws-1").lastNotification();
        assertTrue(told.chars().noneMatch(c -> c < ' '), told);
    }

    /** 39: the marker is looked at before the rest is there. */
    @Test
    void badMarkerEndsAConnectionAtItsFirstOctet() {
        incident.connect(false);
        incident.say(new byte[] {'G'});
        assertEquals("1/1", answer());
    }

    /** Capabilities that nobody has to understand, whatever their value says of itself. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    33 | extended parameters as they should be   | 04 fc00 001e 0a000009 ff ff 0005 02 0002 42 00
                    35 | unknown capability 66          | 04 fc00 001e 0a000009 04 02 02 42 00
                    35 | unknown capability 255         | 04 fc00 001e 0a000009 06 02 04 ff 02 ffff
                    36 | long-lived restart of 1 octet  | 04 fc00 001e 0a000009 05 02 03 47 01 00
                    36 | long-lived restart of 6 octets | 04 fc00 001e 0a000009 0a 02 08 47 06 000101800000
                    36 | software version that names 255 octets | 04 fc00 001e 0a000009 06 02 04 4b 02 ff42
                    36 | software version of 0 octets   | 04 fc00 001e 0a000009 04 02 02 4b 00
                    36 | host name that names 64 octets | 04 fc00 001e 0a000009 07 02 05 49 03 404142
                    """)
    void unknownCapabilitiesAreSkippedByTheirLength(int number, String name, String body) {
        incident.connect(false);
        incident.site.reads.put(incident.peer, Site.reading(true, false));
        incident.say(Incident.message(1, body));
        incident.say(new Keepalive());
        assertEquals(BgpState.ESTABLISHED, incident.site.state("aws-1"));
        incident.say(Incident.update("", "40010100 40020402 01fc00 400304a9fe0101", "100a01"));
        assertEquals("aws-1", incident.site.fib.get(Incident.PREFIX));
    }

    /** 38: filters that we never offered to apply, unknown families and subtypes. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    38 | request with a filter longer than the message | 0001 00 01 01 40 ffff 00 | true
                    38 | request with a filter cut short               | 0001 00 01 01            | true
                    38 | request with a filter of 0 octets             | 0001 00 01 02 80 0000    | true
                    38 | filter entry that names 255 bits              | 0001 00 01 01 40 0008 00 00000001 00 ff 0a | true
                    38 | subtype 3                                     | 0001 03 01               | false
                    38 | subtype 255 with more octets                  | 0001 ff 01 ffff          | false
                    38 | AFI 25, SAFI 70                               | 0019 00 46               | false
                    38 | AFI 0, SAFI 0                                 | 0000 00 00               | false
                    """)
    void oddRefreshesAreAnsweredOrIgnored(
            int number, String name, String body, boolean isAnswered) {
        incident.establish(false, true);
        incident.say(Incident.message(5, body));
        boolean answered =
                incident.site.sent.getOrDefault(incident.peer, List.of()).stream()
                        .anyMatch(RouteRefresh.class::isInstance);
        assertEquals(isAnswered, answered);
        assertEquals("unchanged", incident.outcome());
        assertEquals(BgpState.ESTABLISHED, incident.site.state("aws-1"));
    }

    /** 42: a peer whose window stays closed is told so, to no avail, and closed (RFC 9687). */
    @Test
    void peerThatStopsReadingIsGivenUp() {
        incident.establish(false, true);
        incident.site.give(new BgpInput.SendBlocked(incident.peer));
        for (int second = 0; second < 480; second++) {
            assertFalse(incident.site.closed.contains(incident.peer), "after " + second + " s");
            incident.site.advance(Duration.ofSeconds(1));
            incident.say(new Keepalive());
            incident.keepOthersAlive();
        }
        assertEquals("8/0", answer());
    }

    private static byte[] behindMarker(String octets) {
        return Octets.ofHex("ff".repeat(16) + octets.replace(" ", "")).toByteArray();
    }

    /** The NOTIFICATION that ended the connection with its data, or "closed". */
    private String answer() {
        assertTrue(incident.site.closed.contains(incident.peer));
        List<Notification> said = incident.site.notifications(incident.peer);
        if (said.isEmpty()) {
            return "closed";
        }
        assertEquals(1, said.size());
        Notification n = said.getFirst();
        StringBuilder data = new StringBuilder();
        for (byte octet : n.data().toByteArray()) {
            data.append("%02x".formatted(octet));
        }
        return "%d/%d %s".formatted(n.code(), n.subcode(), data).strip();
    }
}
