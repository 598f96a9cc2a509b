package culvert.bgp.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.DecodeResult.Decoded;
import culvert.bgp.message.DecodeResult.Malformed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * RFC 7606 as a table. Each line puts one bad thing into an UPDATE that is else in order and
 * announces 10.1.0.0/16.
 */
class MalformedUpdateTest {
    private static final String ORIGIN = "40 01 01 00 ";
    private static final String AS_PATH = "40 02 06 02 01 0000fc00 ";
    private static final String NEXT_HOP = "40 03 04 a9fe0a01 ";
    private static final String GOOD = ORIGIN + AS_PATH + NEXT_HOP;
    private static final String NLRI = "10 0a01";
    private static final Nlri PREFIX = Nlri.parse("10.1.0.0/16");

    /** Further attributes after good mandatory ones. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    MED of 0 octets                     | 80 04 00                          | TREAT_AS_WITHDRAW
                    MED of 3 octets                     | 80 04 03 000001                   | TREAT_AS_WITHDRAW
                    MED of 5 octets                     | 80 04 05 0000000001               | TREAT_AS_WITHDRAW
                    MED as well-known                   | 40 04 04 00000001                 | TREAT_AS_WITHDRAW
                    LOCAL_PREF from another AS          | 40 05 04 00000064                 | ATTRIBUTE_DISCARD
                    malformed LOCAL_PREF of another AS  | 40 05 03 000064                   | ATTRIBUTE_DISCARD
                    ATOMIC_AGGREGATE with a value       | 40 06 01 00                       | ATTRIBUTE_DISCARD
                    ATOMIC_AGGREGATE as optional        | c0 06 00                          | TREAT_AS_WITHDRAW
                    AGGREGATOR of 5 octets              | c0 07 05 0000fc000a               | ATTRIBUTE_DISCARD
                    AGGREGATOR of 6 octets              | c0 07 06 fc000a000001             | ATTRIBUTE_DISCARD
                    AGGREGATOR of 9 octets              | c0 07 09 0000fc000a00000100       | ATTRIBUTE_DISCARD
                    AGGREGATOR with AS 0                | c0 07 08 000000000a000001         | ATTRIBUTE_DISCARD
                    COMMUNITIES of 0 octets             | c0 08 00                          | TREAT_AS_WITHDRAW
                    COMMUNITIES of 2 octets             | c0 08 02 fc00                     | TREAT_AS_WITHDRAW
                    COMMUNITIES of 5 octets             | c0 08 05 fc00000102               | TREAT_AS_WITHDRAW
                    ORIGINATOR_ID from another AS       | 80 09 03 000001                   | ATTRIBUTE_DISCARD
                    CLUSTER_LIST from another AS        | 80 0a 04 00000001                 | ATTRIBUTE_DISCARD
                    extended communities of 2 octets    | c0 10 02 0002                     | TREAT_AS_WITHDRAW
                    extended communities of 0 octets    | c0 10 00                          | TREAT_AS_WITHDRAW
                    IPv6 extended communities cut short | c0 19 08 0002000000000000         | TREAT_AS_WITHDRAW
                    large communities of 2 octets       | c0 20 02 0002                     | TREAT_AS_WITHDRAW
                    large communities of 16 octets      | c0 20 10 00000000000000000000000000000000 | TREAT_AS_WITHDRAW
                    ONLY_TO_CUSTOMER of 3 octets        | c0 23 03 00fc00                   | TREAT_AS_WITHDRAW
                    prefix SID of all zeros             | c0 28 08 0000000000000000         | ATTRIBUTE_DISCARD
                    prefix SID of 1 octet               | c0 28 01 00                       | ATTRIBUTE_DISCARD
                    second ORIGIN                       | 40 01 01 01                       | ATTRIBUTE_DISCARD
                    second ORIGIN, itself malformed     | 40 01 02 0101                     | ATTRIBUTE_DISCARD
                    unknown that claims to be well-known| 40 63 01 00                       | TREAT_AS_WITHDRAW
                    stub of one octet                   | c0                                | TREAT_AS_WITHDRAW
                    stub of two octets                  | c0 08                             | TREAT_AS_WITHDRAW
                    stub of an extended length          | d0 08 00                          | TREAT_AS_WITHDRAW
                    attribute longer than the list      | c0 08 05 fc000001                 | TREAT_AS_WITHDRAW
                    unknown longer than the list        | c0 1c ff                          | TREAT_AS_WITHDRAW
                    MP_REACH_NLRI longer than the list  | 80 0e 20 0002                     | SESSION_RESET
                    MP_UNREACH_NLRI longer than the list| 80 0f 20 0002                     | SESSION_RESET
                    MP_REACH_NLRI of 2 octets           | 80 0e 02 0002                     | SESSION_RESET
                    MP_REACH_NLRI without next hop      | 80 0e 06 0002 01 00 00 40         | SESSION_RESET
                    MP_REACH_NLRI, next hop of 9 octets | 80 0e 0e 0002 01 09 000000000000000000 00 | SESSION_RESET
                    MP_REACH_NLRI, next hop overruns    | 80 0e 05 0002 01 10 00            | SESSION_RESET
                    MP_REACH_NLRI, prefix of 129 bits   | 80 0e 16 0002 01 10 fd000000000000000000000000000001 00 81 | SESSION_RESET
                    MP_REACH_NLRI, prefix cut short     | 80 0e 17 0002 01 10 fd000000000000000000000000000001 00 20 fd | SESSION_RESET
                    MP_UNREACH_NLRI of 2 octets         | 80 0f 02 0002                     | SESSION_RESET
                    MP_UNREACH_NLRI, prefix of 200 bits | 80 0f 04 0002 01 c8               | SESSION_RESET
                    MP_UNREACH_NLRI twice               | 80 0f 03 0002 01 80 0f 03 0002 01 | SESSION_RESET
                    MP_UNREACH_NLRI as transitive       | c0 0f 03 0002 01                  | TREAT_AS_WITHDRAW
                    """)
    void handlesABadAttribute(String name, String attribute, ErrorHandling expected) {
        check(Wire.update("", GOOD + attribute, NLRI), Wire.EBGP, expected);
    }

    /** The whole list of attributes. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    no attributes at all        |                                                          | TREAT_AS_WITHDRAW
                    only an unknown attribute   | c0 63 01 00                                              | TREAT_AS_WITHDRAW
                    ORIGIN missing              | 40 02 06 02 01 0000fc00 40 03 04 a9fe0a01                | TREAT_AS_WITHDRAW
                    AS_PATH missing             | 40 01 01 00 40 03 04 a9fe0a01                            | TREAT_AS_WITHDRAW
                    NEXT_HOP missing            | 40 01 01 00 40 02 06 02 01 0000fc00                      | TREAT_AS_WITHDRAW
                    ORIGIN of 0 octets          | 40 01 00 40 02 06 02 01 0000fc00 40 03 04 a9fe0a01       | TREAT_AS_WITHDRAW
                    ORIGIN of 2 octets          | 40 01 02 0000 40 02 06 02 01 0000fc00 40 03 04 a9fe0a01  | TREAT_AS_WITHDRAW
                    ORIGIN 3                    | 40 01 01 03 40 02 06 02 01 0000fc00 40 03 04 a9fe0a01    | TREAT_AS_WITHDRAW
                    ORIGIN as optional          | c0 01 01 00 40 02 06 02 01 0000fc00 40 03 04 a9fe0a01    | TREAT_AS_WITHDRAW
                    AS_PATH of segment type 0   | 40 01 01 00 40 02 06 00 01 0000fc00 40 03 04 a9fe0a01    | TREAT_AS_WITHDRAW
                    AS_PATH of segment type 5   | 40 01 01 00 40 02 06 05 01 0000fc00 40 03 04 a9fe0a01    | TREAT_AS_WITHDRAW
                    AS_PATH of a confederation  | 40 01 01 00 40 02 06 03 01 0000fc00 40 03 04 a9fe0a01    | TREAT_AS_WITHDRAW
                    AS_PATH with empty segment  | 40 01 01 00 40 02 02 02 00 40 03 04 a9fe0a01             | TREAT_AS_WITHDRAW
                    AS_PATH segment overruns    | 40 01 01 00 40 02 06 02 02 0000fc00 40 03 04 a9fe0a01    | TREAT_AS_WITHDRAW
                    AS_PATH with one octet left | 40 01 01 00 40 02 07 02 01 0000fc00 02 40 03 04 a9fe0a01 | TREAT_AS_WITHDRAW
                    AS_PATH with AS 0           | 40 01 01 00 40 02 06 02 01 00000000 40 03 04 a9fe0a01    | TREAT_AS_WITHDRAW
                    NEXT_HOP of 0 octets        | 40 01 01 00 40 02 06 02 01 0000fc00 40 03 00             | TREAT_AS_WITHDRAW
                    NEXT_HOP of 3 octets        | 40 01 01 00 40 02 06 02 01 0000fc00 40 03 03 a9fe0a      | TREAT_AS_WITHDRAW
                    NEXT_HOP of 16 octets       | 40 01 01 00 40 02 06 02 01 0000fc00 40 03 10 00000000000000000000000000000000 | TREAT_AS_WITHDRAW
                    """)
    void handlesBadMandatoryAttributes(String name, String attributes, ErrorHandling expected) {
        String list = attributes == null ? "" : attributes;
        check(Wire.update("", list, NLRI), Wire.EBGP, expected);
    }

    /** Attributes that belong within one AS. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    LOCAL_PREF missing        |                                     | TREAT_AS_WITHDRAW
                    LOCAL_PREF of 3 octets    | 40 05 03 000064                     | TREAT_AS_WITHDRAW
                    LOCAL_PREF as optional    | c0 05 04 00000064                   | TREAT_AS_WITHDRAW
                    ORIGINATOR_ID of 3 octets | 40 05 04 00000064 80 09 03 000001   | TREAT_AS_WITHDRAW
                    CLUSTER_LIST of 0 octets  | 40 05 04 00000064 80 0a 00          | TREAT_AS_WITHDRAW
                    CLUSTER_LIST of 5 octets  | 40 05 04 00000064 80 0a 05 0000000001 | TREAT_AS_WITHDRAW
                    """)
    void handlesBadAttributesOfInternalPeers(
            String name, String attributes, ErrorHandling expected) {
        String list = attributes == null ? "" : attributes;
        check(Wire.update("", GOOD + list, NLRI), Wire.IBGP, expected);
    }

    /** Fields outside the attributes, and where they end. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    withdrawn routes longer than the message | 0010 0000           | 1
                    attributes longer than the message       | 0000 0010           | 1
                    no room for the attributes' length       | 0002 10 0a          | 1
                    withdrawn prefix of 33 bits              | 0001 21 0000        | 10
                    withdrawn prefix cut short               | 0002 10 0a 0000     | 1
                    announced prefix of 33 bits              | 0000 0000 21        | 10
                    announced prefix cut short               | 0000 0000 18 0a01   | 10
                    length octet without its prefix          | 0000 0000 0d0b0d 0b | 10
                    """)
    void resetsWhenPrefixesCannotBeTold(String name, String body, int subcode) {
        DecodeResult result =
                MessageDecoder.decode(Wire.frame(MessageType.UPDATE, body), Wire.EBGP);
        DecodeError error = assertInstanceOf(Malformed.class, result).error();
        assertEquals(ErrorHandling.SESSION_RESET, error.handling());
        assertEquals(Notification.UPDATE_ERROR, error.notification().code());
        assertEquals(subcode, error.notification().subcode());
    }

    private static void check(
            MessageFramer.Frame.Whole update, Negotiated session, ErrorHandling expected) {
        DecodeResult result = MessageDecoder.decode(update, session);
        switch (expected) {
            case SESSION_RESET -> {
                DecodeError error = assertInstanceOf(Malformed.class, result).error();
                assertEquals(Notification.UPDATE_ERROR, error.notification().code());
            }
            case TREAT_AS_WITHDRAW -> {
                Decoded decoded = assertInstanceOf(Decoded.class, result);
                Update message = assertInstanceOf(Update.class, decoded.message());
                assertEquals(List.of(PREFIX), message.withdrawn());
                assertEquals(List.of(), message.reachable());
                assertTrue(decoded.tolerated().stream().anyMatch(e -> e.handling() == expected));
            }
            case ATTRIBUTE_DISCARD -> {
                Decoded decoded = assertInstanceOf(Decoded.class, result);
                Update message = assertInstanceOf(Update.class, decoded.message());
                assertEquals(List.of(PREFIX), message.reachable().getFirst().prefixes());
                assertEquals(
                        List.of(expected),
                        decoded.tolerated().stream().map(DecodeError::handling).toList());
                assertEquals(2, message.attributes().all().size(), "ORIGIN and AS_PATH are left");
            }
        }
    }

    @Test
    void strongestHandlingWins() {
        String discardAndWithdraw = GOOD + "40 06 01 00" + "80 04 00";
        check(
                Wire.update("", discardAndWithdraw, NLRI),
                Wire.EBGP,
                ErrorHandling.TREAT_AS_WITHDRAW);
        check(
                Wire.update("", discardAndWithdraw + "80 0f 02 0002", NLRI),
                Wire.EBGP,
                ErrorHandling.SESSION_RESET);
    }

    @Test
    void resetsForAnErrorWhereNothingIsReachable() {
        // RFC 7606 5.2
        check(Wire.update(NLRI, "80 04 00", ""), Wire.EBGP, ErrorHandling.SESSION_RESET);
        check(Wire.update("", "80 04 00", ""), Wire.EBGP, ErrorHandling.SESSION_RESET);
    }

    @Test
    void toleratesADiscardWhereNothingIsReachable() {
        DecodeResult result =
                MessageDecoder.decode(Wire.update(NLRI, "40 06 01 00", ""), Wire.EBGP);
        Update update =
                assertInstanceOf(Update.class, assertInstanceOf(Decoded.class, result).message());
        assertEquals(List.of(PREFIX), update.withdrawn());
    }

    @Test
    void withdrawsAndTreatsTheRestAsWithdrawn() {
        // MP_UNREACH_NLRI is in order, the IPv4 prefixes lack their attributes.
        DecodeResult result =
                MessageDecoder.decode(Wire.update("", "80 0f 06 0002 01 10 fd00", NLRI), Wire.EBGP);
        Update update =
                assertInstanceOf(Update.class, assertInstanceOf(Decoded.class, result).message());
        assertEquals(List.of(Nlri.parse("fd00::/16"), PREFIX), update.withdrawn());
    }

    @Test
    void treatsPrefixesOfWronglyFlaggedMpReachAsWithdrawn() {
        String reach = "c0 0e 18 0002 01 10 fd000000000000000000000000000001 00 10 fd00";
        DecodeResult result =
                MessageDecoder.decode(Wire.update("", ORIGIN + AS_PATH + reach, ""), Wire.EBGP);
        Update update =
                assertInstanceOf(Update.class, assertInstanceOf(Decoded.class, result).message());
        assertEquals(List.of(Nlri.parse("fd00::/16")), update.withdrawn());
    }

    @Test
    void ignoresFamiliesThatWereNotNegotiated() {
        // Flow specification, with a next hop and NLRI that unicast could not parse.
        String flow = "80 0e 06 0001 85 00 00 ff";
        DecodeResult result = MessageDecoder.decode(Wire.update("", GOOD + flow, NLRI), Wire.EBGP);
        Decoded decoded = assertInstanceOf(Decoded.class, result);
        assertEquals(List.of(), decoded.tolerated());
        assertEquals(
                List.of(PREFIX),
                assertInstanceOf(Update.class, decoded.message())
                        .reachable()
                        .getFirst()
                        .prefixes());
    }

    @Test
    void carriesUnknownTransitiveAttributesAndDropsOthers() {
        String entropyLabel = "e0 1c 02 dead"; // partial
        String nonTransitive = "80 63 01 00";
        DecodeResult result =
                MessageDecoder.decode(
                        Wire.update("", GOOD + entropyLabel + nonTransitive, NLRI), Wire.EBGP);
        Decoded decoded = assertInstanceOf(Decoded.class, result);
        Update update = assertInstanceOf(Update.class, decoded.message());
        assertEquals(List.of(), decoded.tolerated());
        assertEquals(
                new PathAttribute.Opaque(28, true, Octets.ofHex("dead")),
                update.attributes().all().getLast());
        assertEquals(3, update.attributes().all().size());
    }

    @Test
    void masksBitsAfterThePrefix() {
        // 0d 0b0d is 11.13/13, which means 11.8.0.0/13.
        DecodeResult result = MessageDecoder.decode(Wire.update("", GOOD, "0d 0b0d"), Wire.EBGP);
        Update update =
                assertInstanceOf(Update.class, assertInstanceOf(Decoded.class, result).message());
        assertEquals(List.of(Nlri.parse("11.8.0.0/13")), update.reachable().getFirst().prefixes());
    }

    @Test
    void tellsEndOfRibFromUpdatesThatLookLikeIt() {
        assertEquals(
                new EndOfRib(AddressFamily.IPV4_UNICAST),
                assertInstanceOf(
                                Decoded.class,
                                MessageDecoder.decode(Wire.update("", "", ""), Wire.EBGP))
                        .message());
        assertEquals(
                new EndOfRib(AddressFamily.IPV6_UNICAST),
                assertInstanceOf(
                                Decoded.class,
                                MessageDecoder.decode(
                                        Wire.update("", "80 0f 03 0002 01", ""), Wire.EBGP))
                        .message());
        assertInstanceOf(
                Update.class,
                assertInstanceOf(
                                Decoded.class,
                                MessageDecoder.decode(
                                        Wire.update("", "80 0f 03 0002 01", NLRI), Wire.EBGP))
                        .message());
    }
}
