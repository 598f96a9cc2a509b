package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.Cease;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.MessageEncoder;
import culvert.bgp.message.Negotiated;
import culvert.bgp.message.Notification;
import culvert.bgp.message.RouteRefresh;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every type of message, cut at every octet, in each way that a stream can be cut. */
class TruncationTest {
    private static final String ATTRIBUTES =
            "40 01 01 00 40 02 0c 02 01 0000fc00 02 01 0000fde7 40 03 04 a9fe0101 80 04 04 00000032"
                    + "40 06 00 c0 07 08 0000fc000a000001 c0 08 04 fc000001 c0 10 08 0002fc0000000001"
                    + "c0 19 14 0002000000000000000000000000000000000000"
                    + "c0 20 0c 0000fc000000000100000002 c0 23 04 0000fc00 d0 63 0003 010203"
                    + "80 0e 1b 0002 01 10 fd000000000000000000000000000001 00 10 fd00 10 fd01"
                    + "80 0f 0a 0002 01 30 fd0200000000";

    /** What is cut, and whether a session has to be there for it. */
    enum Message {
        OPEN(false),
        OPEN_WITH_EXTENDED_PARAMETERS(false),
        UPDATE(true),
        UPDATE_OF_EXTENDED_LENGTH(true),
        NOTIFICATION(true),
        NOTIFICATION_OF_EXTENDED_LENGTH(true),
        KEEPALIVE(true),
        ROUTE_REFRESH(true),
        ROUTE_REFRESH_OF_EXTENDED_LENGTH(true);

        private final boolean inSession;

        Message(boolean inSession) {
            this.inSession = inSession;
        }

        byte[] octets() {
            return switch (this) {
                case OPEN ->
                        MessageEncoder.encode(
                                Site.open(
                                        Site.HIGHER_ID,
                                        30,
                                        Incident.capabilities(Site.PEER_AS, true)),
                                Negotiated.NOTHING);
                case OPEN_WITH_EXTENDED_PARAMETERS ->
                        Incident.message(
                                1,
                                "04 fc00 001e 0a000009 ff ff 0014 02 0006 01 04 0001 00 01"
                                        + "02 0008 41 04 0000fc00 46 00");
                case UPDATE -> Incident.update("18 0a0200", ATTRIBUTES, "100a01100a03");
                case UPDATE_OF_EXTENDED_LENGTH ->
                        Incident.update(
                                "180a0200".repeat(500),
                                ATTRIBUTES,
                                "100a01" + "180a0300".repeat(500));
                case NOTIFICATION ->
                        MessageEncoder.encode(
                                Notification.cease(Cease.ADMINISTRATIVE_SHUTDOWN, "until Monday"),
                                Negotiated.NOTHING);
                case NOTIFICATION_OF_EXTENDED_LENGTH ->
                        Incident.message(3, "0602" + "ff" + "41".repeat(4500));
                case KEEPALIVE -> MessageEncoder.encode(new Keepalive(), Negotiated.NOTHING);
                case ROUTE_REFRESH ->
                        MessageEncoder.encode(new RouteRefresh(1, 1, 1), Negotiated.NOTHING);
                case ROUTE_REFRESH_OF_EXTENDED_LENGTH ->
                        Incident.message(5, "00010001" + "014000ff".repeat(1100));
            };
        }
    }

    private static Incident before(Message message) {
        Incident incident = new Incident();
        if (message.inSession) {
            incident.establish(false, true);
        } else {
            incident.connect(false);
        }
        return incident;
    }

    /** The connection ends within the message: nothing of it counts. */
    @ParameterizedTest
    @EnumSource
    void connectionEndsAfterEachOctet(Message message) {
        byte[] octets = message.octets();
        Incident incident = before(message);
        Object untouched = incident.site.status("aws-1").received();
        for (int i = 0; i < octets.length - 1; i++) {
            incident.say(new byte[] {octets[i]});
            assertEquals(untouched, incident.site.status("aws-1").received(), "octet " + i);
            assertFalse(incident.site.closed.contains(incident.peer), "octet " + i);
        }
        assertEquals(List.of(), incident.site.heard(incident.peer));
        incident.assertOtherDidNotNotice();
        for (int length = 0; length < octets.length; length += 1 + octets.length / 100) {
            Incident each = before(message);
            each.say(Arrays.copyOf(octets, length));
            each.site.give(new BgpInput.TcpClosed(each.peer, "reset"));
            assertEquals(null, each.site.fib.get(Incident.PREFIX));
            each.assertOtherDidNotNotice();
        }
    }

    /**
     * The header's length says that it ends there: it is refused, or stands for what is there, and
     * no prefix is announced that was not.
     */
    @ParameterizedTest
    @EnumSource
    void headerSaysThatItEndsAfterEachOctet(Message message) {
        byte[] octets = message.octets();
        Set<String> outcomes = new LinkedHashSet<>();
        for (int length = 19; length < octets.length; length++) {
            byte[] cut = Arrays.copyOf(octets, length);
            cut[16] = (byte) (length >> 8);
            cut[17] = (byte) length;
            Incident each = before(message);
            each.say(cut);
            for (String prefix : each.site.fib.keySet()) {
                assertTrue(prefix.matches("10\\.(1|3|20)\\..*|fd0[01].*"), prefix);
            }
            outcomes.add(each.site.closed.contains(each.peer) ? ended(each) : "goes on");
            each.assertOtherDidNotNotice();
        }
        assertEquals(expected(message), String.join(", ", outcomes));
    }

    private static String ended(Incident incident) {
        List<Notification> said = incident.site.notifications(incident.peer);
        return said.isEmpty() ? "closed" : said.getFirst().code() + "/" + said.getFirst().subcode();
    }

    /** How they end, in the order in which that first comes up. */
    private static String expected(Message message) {
        return switch (message) {
            case OPEN, OPEN_WITH_EXTENDED_PARAMETERS -> "1/2, 2/0";
            // Too short for its lengths; then prefixes that are cut short, unless between two.
            case UPDATE, UPDATE_OF_EXTENDED_LENGTH -> "1/2, 3/1, goes on, 3/10";
            case NOTIFICATION, NOTIFICATION_OF_EXTENDED_LENGTH -> "closed";
            case KEEPALIVE -> "";
            case ROUTE_REFRESH -> "1/2";
            case ROUTE_REFRESH_OF_EXTENDED_LENGTH -> "1/2, goes on";
        };
    }

    /** Octets are missing, and the next messages take their place: the peers are out of step. */
    @ParameterizedTest
    @EnumSource
    void nextMessagesStandWhereTheRestWas(Message message) {
        byte[] octets = message.octets();
        byte[] keepalive = MessageEncoder.encode(new Keepalive(), Negotiated.NOTHING);
        for (int length = 1; length < octets.length; length += 1 + octets.length / 500) {
            Incident each = before(message);
            each.say(Arrays.copyOf(octets, length));
            for (int sent = 0; sent < octets.length + 100; sent += keepalive.length) {
                each.say(keepalive);
            }
            String where = message.name().toLowerCase(Locale.ROOT) + " cut after " + length;
            boolean inStep = (octets.length - length) % keepalive.length == 0;
            assertTrue(inStep || each.site.closed.contains(each.peer), where);
            each.assertOtherDidNotNotice();
        }
    }

    /** The whole of each is understood, so that the cuts are cuts of something. */
    @ParameterizedTest
    @EnumSource
    void wholeMessageIsUnderstood(Message message) {
        Incident incident = before(message);
        incident.say(message.octets());
        boolean ends = message.name().startsWith("NOTIFICATION");
        assertEquals(ends, incident.site.closed.contains(incident.peer));
        assertEquals(List.of(), incident.site.notifications(incident.peer));
        assertFalse(incident.site.reported(BgpEvent.Kind.MALFORMED_UPDATE));
        if (message.name().startsWith("UPDATE")) {
            assertEquals(5, incident.site.fib.size(), incident.site.fib::toString);
        }
        incident.assertOtherDidNotNotice();
    }
}
