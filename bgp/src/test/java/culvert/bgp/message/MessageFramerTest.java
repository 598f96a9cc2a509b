package culvert.bgp.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import culvert.bgp.message.MessageFramer.Frame;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageFramerTest {
    private static final String MARKER = "ff".repeat(16);

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    length below the header     | 0012 04 | 2 | 0012
                    length above 4096           | 1001 02 | 2 | 1001
                    type 0                      | 0013 00 | 3 | 00
                    type 6, dynamic capability  | 0017 06 | 3 | 06
                    type 255                    | 0013 ff | 3 | ff
                    KEEPALIVE of 20 octets      | 0014 04 | 2 | 0014
                    OPEN of 28 octets           | 001c 01 | 2 | 001c
                    UPDATE of 22 octets         | 0016 02 | 2 | 0016
                    ROUTE-REFRESH of 22 octets  | 0016 05 | 2 | 0016
                    """)
    void refusesABadHeader(String name, String header, int subcode, String data) {
        MessageFramer framer = new MessageFramer(false);
        framer.feed(Octets.ofHex(MARKER + header.replace(" ", "")).toByteArray());
        DecodeError error = assertInstanceOf(Frame.Malformed.class, framer.next()).error();
        assertEquals(
                new Notification(Notification.HEADER_ERROR, subcode, Octets.ofHex(data)),
                error.notification());
    }

    @Test
    void refusesABadMarkerBeforeTheHeaderIsComplete() {
        MessageFramer framer = new MessageFramer(false);
        framer.feed(new byte[] {'G', 'E', 'T'});
        DecodeError error = assertInstanceOf(Frame.Malformed.class, framer.next()).error();
        assertEquals(Notification.of(Notification.HEADER_ERROR, 1), error.notification());
    }

    @Test
    void takesLongMessagesOnlyWhenItOfferedTo() {
        byte[] longUpdate = MessageEncoder.frame(2, Octets.copyOf(new byte[5000]));
        MessageFramer plain = new MessageFramer(false);
        plain.feed(longUpdate);
        assertInstanceOf(Frame.Malformed.class, plain.next());
        MessageFramer extended = new MessageFramer(true);
        extended.feed(longUpdate);
        assertInstanceOf(Frame.Whole.class, extended.next());
        // RFC 8654 4
        MessageFramer open = new MessageFramer(true);
        open.feed(MessageEncoder.frame(1, Octets.copyOf(new byte[5000])));
        assertInstanceOf(Frame.Malformed.class, open.next());
    }

    @Test
    void cutsTheSameMessagesWhereverTheStreamIsCut() {
        byte[] keepalive = MessageEncoder.encode(new Keepalive(), Negotiated.NOTHING);
        byte[] refresh = MessageEncoder.encode(new RouteRefresh(1, 1, 0), Negotiated.NOTHING);
        byte[] stream = Arrays.copyOf(keepalive, keepalive.length + refresh.length);
        System.arraycopy(refresh, 0, stream, keepalive.length, refresh.length);
        for (int cut = 0; cut <= stream.length; cut++) {
            MessageFramer framer = new MessageFramer(false);
            StringBuilder types = new StringBuilder();
            framer.feed(Arrays.copyOf(stream, cut));
            take(framer, types);
            framer.feed(Arrays.copyOfRange(stream, cut, stream.length));
            take(framer, types);
            assertEquals("45", types.toString(), "cut at " + cut);
        }
    }

    @Test
    void takesManyMessagesAtOnce() {
        byte[] keepalive = MessageEncoder.encode(new Keepalive(), Negotiated.NOTHING);
        byte[] stream = new byte[keepalive.length * 10_000];
        for (int i = 0; i < 10_000; i++) {
            System.arraycopy(keepalive, 0, stream, i * keepalive.length, keepalive.length);
        }
        MessageFramer framer = new MessageFramer(false);
        framer.feed(stream);
        StringBuilder types = new StringBuilder();
        take(framer, types);
        assertEquals(10_000, types.length());
    }

    private static void take(MessageFramer framer, StringBuilder types) {
        while (framer.next() instanceof Frame.Whole whole) {
            types.append(whole.type());
        }
    }
}
