package culvert.bgp.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotificationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    6 | 1 | 00010100000064 | Cease: maximum number of prefixes reached, at most 100 prefixes of IPv4 unicast
                    6 | 1 | 00198600000064 | Cease: maximum number of prefixes reached, at most 100 prefixes of AFI 25 SAFI 134
                    6 | 1 | 0001           | Cease: maximum number of prefixes reached
                    6 | 7 |                | Cease: connection collision resolution
                    6 | 9 | 0602 03 627965 | Cease: hard reset: Cease: administrative shutdown ("bye")
                    6 | 9 | 0609 0609 0609 | Cease: hard reset
                    6 | 99 |               | Cease: subcode 99
                    2 | 2 |                | OPEN message error: bad peer AS
                    2 | 8 |                | OPEN message error: subcode 8
                    3 | 5 | 40010200       | UPDATE message error: attribute length error (ORIGIN)
                    3 | 9 | c0630100       | UPDATE message error: optional attribute error (attribute 99)
                    4 | 0 |                | hold timer expired
                    5 | 3 | 01             | finite state machine error: unexpected message in Established
                    8 | 0 |                | send hold timer expired
                    42 | 7 |               | error code 42, subcode 7
                    """)
    void saysWhatItMeans(int code, int subcode, String data, String words) {
        Octets octets = data == null ? Octets.EMPTY : Octets.ofHex(data.replace(" ", ""));
        assertEquals(words, new Notification(code, subcode, octets).describe());
    }

    /** RFC 4271 6.4: nothing about a NOTIFICATION may be answered, so a short one is read too. */
    @Test
    void readsWhatIsThereOfAShortOne() {
        assertEquals(
                new DecodeResult.Decoded(Notification.of(0, 0), List.of()),
                MessageDecoder.decode(Wire.frame(MessageType.NOTIFICATION, ""), Wire.EBGP));
        assertEquals(
                new DecodeResult.Decoded(Notification.of(6, 0), List.of()),
                MessageDecoder.decode(Wire.frame(MessageType.NOTIFICATION, "06"), Wire.EBGP));
    }

    @Test
    void cleansThePeersText() {
        Notification n = new Notification(6, 2, Octets.ofHex("08" + "1b5b33316d" + "ff0a41"));
        assertEquals("?[31m\uFFFD?A", n.text());
    }

    @Test
    void ignoresATextThatIsLongerThanItsData() {
        assertEquals("", new Notification(6, 4, Octets.ofHex("0841")).text());
        assertEquals("", Notification.of(6, 2).text());
    }

    @Test
    void cutsALongTextBetweenCharacters() {
        Notification n = Notification.cease(Cease.ADMINISTRATIVE_SHUTDOWN, "ü".repeat(200));
        assertEquals("ü".repeat(127), n.text());
    }

    @Test
    void sendsNoTextWhereNoneIsAllowed() {
        assertTrue(Notification.cease(Cease.PEER_DECONFIGURED, "text").data().isEmpty());
    }

    @Test
    void repeatsNoMoreThanFitsIntoAMessage() {
        Notification n = new Notification(7, 1, Octets.copyOf(new byte[65_535]));
        assertEquals(
                MessageFramer.MAXIMUM_OCTETS, MessageEncoder.encode(n, Negotiated.NOTHING).length);
    }

    @Test
    void hidesTheReasonInAHardReset() {
        Notification n = Notification.cease(Cease.ADMINISTRATIVE_RESET, "later").asHardReset();
        assertTrue(n.isHardReset());
        assertEquals("Cease: hard reset: Cease: administrative reset (\"later\")", n.describe());
    }
}
