package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.model.IpPrefix;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * UPDATEs that ended sessions or processes of other speakers, with their octets: the numbers 1 to
 * 32 and 43 to 46 of a list of which {@link HostileMessageTest} has the rest. Each goes through the
 * whole speaker, after an UPDATE that brought 10.1.0.0/16; what must come of it is in RFC 7606
 * unless said.
 */
class HostileUpdateTest {
    /** Good attributes with four-octet AS numbers. */
    private static final String GOOD = "40 01 01 00 40 02 06 02 01 0000fc00 40 03 04 a9fe0101 ";

    private final Incident incident = new Incident();

    @AfterEach
    void theOtherTunnelDidNotNotice() {
        incident.assertOtherDidNotNotice();
    }

    /** Attributes beside good ones, before and behind them. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                     1 | entropy label with garbage             | c0 1c 03 ffffff                   | taken [28]
                     1 | entropy label, empty and partial       | e0 1c 00                          | taken [28]
                     2 | tunnel encapsulation of one octet      | c0 17 01 00                       | taken [23]
                     2 | tunnel encapsulation, TLV overruns     | c0 17 04 0001ffff                 | taken [23]
                     3 | prefix SID of all zeros (RFC 8669 6)   | c0 28 08 0000000000000000         | taken
                     4 | prefix SID as not transitive           | 80 28 07 01 0004 00000000         | taken
                     4 | prefix SID whose TLV overruns          | c0 28 03 01 ffff                  | taken
                     4 | prefix SID as well-known               | 40 28 01 00                       | taken
                     5 | attribute 255                          | c0 ff 03 010203                   | taken [255]
                     6 | tunnel encapsulation, sub-TLV overruns | c0 17 06 0008 0002 06ff           | taken [23]
                     6 | tunnel encapsulation of many TLVs      | c0 17 10 00000000000000000000000000000000 | taken [23]
                     7 | AS4_PATH in a four-octet session (RFC 6793 4.1) | c0 11 06 02 01 0000fde8  | taken
                     7 | AS4_PATH cut short                     | c0 11 02 0201                     | taken
                     7 | AS4_AGGREGATOR of one octet            | c0 12 01 00                       | taken
                    10 | IPv6 extended communities cut short    | c0 19 08 0002000000000000         | withdrawn
                    10 | IPv6 extended communities of 21 octets | c0 19 15 000200000000000000000000000000000000000000 | withdrawn
                    11 | MP_REACH_NLRI, next hop of 9 octets    | 80 0e 0e 0002 01 09 000000000000000000 00 | 3/9
                    11 | MP_REACH_NLRI, next hop overruns       | 80 0e 05 0002 01 10 00            | 3/9
                    11 | MP_REACH_NLRI of 2 octets              | 80 0e 02 0002                     | 3/9
                    11 | MP_REACH_NLRI longer than the list     | 80 0e ff 0002                     | 3/1
                    12 | MP_REACH_NLRI without next hop         | 80 0e 06 0002 01 00 00 00         | 3/9
                    18 | second ORIGIN: the first counts        | 40 01 01 02                       | taken
                    18 | second ORIGIN, itself malformed        | 40 01 02 0202                     | taken
                    18 | MP_UNREACH_NLRI twice                  | 80 0f 03 0002 01 80 0f 03 0002 01 | 3/1
                    18 | MP_REACH_NLRI twice                    | 80 0e 05 0001 80 00 00 80 0e 05 0001 80 00 00 | 3/1
                    19 | stub of one octet                      | c0                                | withdrawn
                    19 | stub of two octets                     | c0 08                             | withdrawn
                    19 | extended length in three octets        | d0 08 00                          | withdrawn
                    24 | MED of 0 octets                        | 80 04 00                          | withdrawn
                    24 | MED of 3 octets                        | 80 04 03 000001                   | withdrawn
                    24 | MED of 5 octets                        | 80 04 05 0000000001               | withdrawn
                    25 | LOCAL_PREF of another AS               | 40 05 04 00000064                 | taken
                    25 | LOCAL_PREF of another AS, 3 octets     | 40 05 03 000064                   | taken
                    25 | LOCAL_PREF of another AS, 0 octets     | 40 05 00                          | taken
                    26 | ATOMIC_AGGREGATE of 1 octet            | 40 06 01 00                       | taken
                    26 | AGGREGATOR of 5 octets                 | c0 07 05 0000fc000a               | taken
                    26 | AGGREGATOR of 7 octets                 | c0 07 07 0000fc000a0000           | taken
                    26 | AGGREGATOR of 9 octets                 | c0 07 09 0000fc000a00000100       | taken
                    26 | AGGREGATOR with AS 0 (RFC 7607)        | c0 07 08 000000000a000001         | taken
                    27 | COMMUNITIES of 0 octets                | c0 08 00                          | withdrawn
                    27 | COMMUNITIES of 2 octets                | c0 08 02 0002                     | withdrawn
                    27 | COMMUNITIES of 5 octets                | c0 08 05 fc00000102               | withdrawn
                    27 | extended communities of 0 octets       | c0 10 00                          | withdrawn
                    27 | extended communities of 2 octets       | c0 10 02 0002                     | withdrawn
                    27 | extended communities of 12 octets      | c0 10 0c 000000000000000000000000 | withdrawn
                    27 | large communities of 0 octets (RFC 8092 6) | c0 20 00                      | withdrawn
                    27 | large communities of 2 octets          | c0 20 02 0002                     | withdrawn
                    27 | large communities of 16 octets         | c0 20 10 00000000000000000000000000000000 | withdrawn
                    28 | ORIGINATOR_ID of another AS, 3 octets  | 80 09 03 000001                   | taken
                    28 | CLUSTER_LIST of another AS, 5 octets   | 80 0a 05 0000000001               | taken
                    29 | ONLY_TO_CUSTOMER of 3 octets (RFC 9234 5) | c0 23 03 00fc00                | withdrawn
                    29 | ONLY_TO_CUSTOMER of 5 octets           | c0 23 05 0000fc0000               | withdrawn
                    29 | ONLY_TO_CUSTOMER with AS 0             | c0 23 04 00000000                 | withdrawn
                    29 | ONLY_TO_CUSTOMER as it should be       | c0 23 04 0000fc00                 | taken [35]
                    30 | MP_REACH_NLRI, IPv6 prefix of 129 bits | 80 0e 16 0002 01 10 fd000000000000000000000000000001 00 81 | 3/9
                    43 | flow specification of 0 octets         | 80 0e 06 0001 85 00 00 00         | taken
                    43 | labeled prefix without bottom of stack | 80 0e 0d 0001 04 04 0a000001 00 18 000010 | taken
                    43 | labeled prefix of 0 octets             | 80 0f 04 0001 04 00               | taken
                    44 | AIGP of 1 octet (RFC 7311)             | 80 1a 01 01                       | taken
                    44 | AIGP whose TLV overruns                | 80 1a 03 01 00ff                  | taken
                    44 | AIGP as transitive                     | c0 1a 03 01 0003                  | taken
                    45 | unknown that claims to be well-known   | 40 63 01 00                       | withdrawn
                    45 | unknown without any flag               | 00 63 01 00                       | withdrawn
                    """)
    void attributeBesideGoodOnes(int number, String name, String attribute, String outcome) {
        incident.establish(false, true);
        incident.say(Incident.update("", GOOD + attribute, "100a01"));
        assertEquals(outcome, incident.outcome());
    }

    /** The whole list of attributes. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                     8 | NEXT_HOP of 0 octets        | 40 01 01 00 40 02 06 02 01 0000fc00 40 03 00             | withdrawn
                     8 | NEXT_HOP of 3 octets        | 40 01 01 00 40 02 06 02 01 0000fc00 40 03 03 a9fe01      | withdrawn
                     8 | NEXT_HOP of 5 octets        | 40 01 01 00 40 02 06 02 01 0000fc00 40 03 05 a9fe010100  | withdrawn
                     8 | NEXT_HOP of 16 octets       | 40 01 01 00 40 02 06 02 01 0000fc00 40 03 10 fd000000000000000000000000000001 | withdrawn
                    13 | only an unknown attribute   | c0 63 01 00                                              | withdrawn
                    14 | no attributes               |                                                          | withdrawn
                    15 | MP_UNREACH_NLRI alone       | 80 0f 06 0002 01 10 fd00                                 | withdrawn
                    17 | ORIGIN runs into AS_PATH    | 40 01 07 00 40 02 06 02 01 0000fc00 40 03 04 a9fe0101    | withdrawn
                    17 | AS_PATH runs over the list  | 40 01 01 00 40 02 ff 02 01 0000fc00 40 03 04 a9fe0101    | withdrawn
                    20 | ORIGIN of 0 octets          | 40 01 00 40 02 06 02 01 0000fc00 40 03 04 a9fe0101       | withdrawn
                    20 | ORIGIN of 2 octets          | 40 01 02 0000 40 02 06 02 01 0000fc00 40 03 04 a9fe0101  | withdrawn
                    20 | ORIGIN 3                    | 40 01 01 03 40 02 06 02 01 0000fc00 40 03 04 a9fe0101    | withdrawn
                    20 | ORIGIN 255                  | 40 01 01 ff 40 02 06 02 01 0000fc00 40 03 04 a9fe0101    | withdrawn
                    20 | ORIGIN as optional          | c0 01 01 00 40 02 06 02 01 0000fc00 40 03 04 a9fe0101    | withdrawn
                    20 | ORIGIN as partial, which is not judged | 60 01 01 00 40 02 06 02 01 0000fc00 40 03 04 a9fe0101 | taken
                    21 | AS_PATH of segment type 0   | 40 01 01 00 40 02 06 00 01 0000fc00 40 03 04 a9fe0101    | withdrawn
                    21 | AS_PATH of segment type 5   | 40 01 01 00 40 02 06 05 01 0000fc00 40 03 04 a9fe0101    | withdrawn
                    21 | AS_PATH with empty segment  | 40 01 01 00 40 02 08 02 01 0000fc00 02 00 40 03 04 a9fe0101 | withdrawn
                    21 | AS_PATH segment overruns    | 40 01 01 00 40 02 06 02 ff 0000fc00 40 03 04 a9fe0101    | withdrawn
                    21 | AS_PATH with AS 0 (RFC 7607)| 40 01 01 00 40 02 0a 02 02 0000fc00 00000000 40 03 04 a9fe0101 | withdrawn
                    32 | NEXT_HOP 0.0.0.1            | 40 01 01 00 40 02 06 02 01 0000fc00 40 03 04 00000001    | withdrawn
                    32 | NEXT_HOP 127.0.0.1          | 40 01 01 00 40 02 06 02 01 0000fc00 40 03 04 7f000001    | withdrawn
                    32 | NEXT_HOP 224.0.0.1          | 40 01 01 00 40 02 06 02 01 0000fc00 40 03 04 e0000001    | withdrawn
                    32 | NEXT_HOP is our own address | 40 01 01 00 40 02 06 02 01 0000fc00 40 03 04 a9fe0102    | withdrawn
                    32 | NEXT_HOP not on the link    | 40 01 01 00 40 02 06 02 01 0000fc00 40 03 04 a9fe0105    | withdrawn
                    """)
    void wholeList(int number, String name, String attributes, String outcome) {
        incident.establish(false, true);
        incident.say(Incident.update("", attributes == null ? "" : attributes, "100a01"));
        assertEquals(outcome, incident.outcome());
    }

    /** Where prefixes end, and what looks like End-of-RIB. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                     9 | withdrawn routes shorter than their prefix | 0001 10 0a01 0000             | 3/1
                     9 | withdrawn routes longer than the message   | ffff 0000                     | 3/1
                     9 | attributes longer than the message         | 0000 ffff 40010100            | 3/1
                     9 | attributes shorter than their attribute    | 0000 0002 4001                | 3/1
                    16 | lone MP_UNREACH_NLRI and a bad ORIGIN      | 0000 000b 800f03000201 4001020101 | 3/5
                    16 | a stub and nothing else                    | 0000 0001 80                  | 3/1
                    16 | End-of-RIB                                 | 0000 0000                     | unchanged
                    16 | End-of-RIB of IPv6                         | 0000 0006 800f03000201        | unchanged
                    30 | announced prefix of 33 bits                | 0000 0000 21 0a01000000       | 3/10
                    30 | announced prefix cut short                 | 0000 0000 18 0a01             | 3/10
                    30 | withdrawn prefix of 33 bits                | 0006 21 0a01000000 0000       | 3/10
                    31 | length octet without its prefix            | 0000 0000 0d0b0d 0b           | 3/10
                    """)
    void fieldsOutsideTheAttributes(int number, String name, String body, String outcome) {
        incident.establish(false, true);
        incident.say(Incident.message(2, body));
        assertEquals(outcome, incident.outcome());
    }

    /** In sessions with two-octet AS numbers, or within our own AS. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                     7 | AS4_PATH before AS_PATH    | two      | c0 11 06 02 01 0000fc00 40 01 01 00 40 02 04 02 01 5ba0 40 03 04 a9fe0101 | taken
                     7 | AS4_PATH cut short         | two      | c0 11 05 02 01 0000fc 40 01 01 00 40 02 04 02 01 fc00 40 03 04 a9fe0101   | taken
                    23 | AS4_PATH of a confederation | two     | 40 01 01 00 40 02 04 02 01 fc00 40 03 04 a9fe0101 c0 11 06 03 01 0000fde8 | taken
                    23 | AS4_PATH, confederation first | two   | 40 01 01 00 40 02 04 02 01 fc00 40 03 04 a9fe0101 c0 11 0c 04 01 0000fde8 02 01 0000fc00 | taken
                    26 | AGGREGATOR of 8 octets     | two      | 40 01 01 00 40 02 04 02 01 fc00 40 03 04 a9fe0101 c0 07 08 0000fc000a000001 | taken
                    28 | ORIGINATOR_ID of 3 octets  | internal | 40 01 01 00 40 02 00 40 03 04 a9fe0101 40 05 04 00000064 80 09 03 000001  | withdrawn
                    28 | CLUSTER_LIST of 5 octets   | internal | 40 01 01 00 40 02 00 40 03 04 a9fe0101 40 05 04 00000064 80 0a 05 0000000001 | withdrawn
                    25 | LOCAL_PREF of 3 octets     | internal | 40 01 01 00 40 02 00 40 03 04 a9fe0101 40 05 03 000064                    | withdrawn
                     3 | prefix SID of all zeros    | internal | 40 01 01 00 40 02 00 40 03 04 a9fe0101 40 05 04 00000064 c0 28 08 0000000000000000 | taken
                    """)
    void otherSessions(int number, String name, String session, String attributes, String outcome) {
        incident.establish(session.equals("internal"), !session.equals("two"));
        incident.say(Incident.update("", attributes, "100a01"));
        assertEquals(outcome, incident.outcome());
    }

    /**
     * 22: paths whose segments are full, or overflow when our AS is put before them ten times, and
     * that take up to twice the octets when they are passed on with four-octet AS numbers.
     */
    @ParameterizedTest
    @ValueSource(ints = {245, 246, 255, 256, 300, 500})
    void longPathIsTakenAndPassedOn(int length) {
        for (boolean fourOctetAs : List.of(true, false)) {
            Incident each = new Incident();
            each.establish(false, fourOctetAs);
            each.say(Incident.update("", withPath(length, fourOctetAs), "100a01"));
            assertEquals("taken", each.outcome());
            assertEquals(length + 10, each.lastPathLength);
            each.assertOtherDidNotNotice();
        }
    }

    /** 22: beyond that they cost the route; the last needs a message of RFC 8654. */
    @ParameterizedTest
    @ValueSource(ints = {501, 750, 751, 1000, 16_000})
    void longerPathCostsTheRoute(int length) {
        for (boolean fourOctetAs : List.of(true, false)) {
            Incident each = new Incident();
            each.establish(false, fourOctetAs);
            each.say(Incident.update("", withPath(length, fourOctetAs), "100a01"));
            assertEquals("withdrawn", each.outcome());
            each.assertOtherDidNotNotice();
        }
    }

    /** 22: hundreds of true AS numbers behind AS_TRANS (RFC 6793 4.2.3). */
    @Test
    void longPathBehindAsTransIsTaken() {
        incident.establish(false, false);
        String four = path(300, 4, "00010000").substring(12);
        String two = path(300, 2, "5ba0").substring(8);
        String as4Path = "02ff0000fc00" + four;
        String asPath = "02fffc00" + two;
        incident.say(
                Incident.update(
                        "",
                        "40010100 5002%04x%s 400304a9fe0101 d011%04x%s"
                                .formatted(
                                        asPath.length() / 2, asPath, as4Path.length() / 2, as4Path),
                        "100a01"));
        assertEquals("taken", incident.outcome());
        assertEquals(310, incident.lastPathLength);
    }

    /** Attributes with a path of the peer's AS and as many others as told. */
    private static String withPath(int length, boolean fourOctetAs) {
        String path = fourOctetAs ? path(length, 4, "0000fc00") : path(length, 2, "fc00");
        return "40010100 5002%04x%s 400304a9fe0101".formatted(path.length() / 2, path);
    }

    private static String path(int length, int octets, String asn) {
        assertEquals(2 * octets, asn.length());
        StringBuilder path = new StringBuilder();
        for (int left = length; left > 0; left -= 255) {
            int count = Math.min(left, 255);
            path.append("02%02x".formatted(count)).append(asn.repeat(count));
        }
        return path.toString();
    }

    /** 31: bits behind the prefix mean nothing (RFC 4271 4.3): 11.13/13 is 11.8.0.0/13. */
    @Test
    void bitsBehindThePrefixAreIgnored() {
        incident.establish(false, true);
        incident.say(Incident.update("", GOOD, "0d0b0d"));
        assertEquals("aws-1", incident.site.fib.get("11.8.0.0/13"));
        assertEquals(List.of(), incident.passedOn("11.8.0.0/13"));
    }

    /** 15: what MP_UNREACH_NLRI withdraws goes, beside IPv4 prefixes that lack everything. */
    @Test
    void withdrawalsCountBesidePrefixesWithoutAttributes() {
        incident.establish(false, true);
        String reach = "80 0e 18 0002 01 10 fd000000000000000000000000000001 00 10 fd00";
        incident.say(Incident.update("", "40010100 400206 0201 0000fc00" + reach, ""));
        String prefix = IpPrefix.parse("fd00::/16").toString();
        assertEquals("aws-1", incident.site.fib.get(prefix));
        incident.say(Incident.update("", "80 0f 06 0002 01 10 fd00", "100a01"));
        assertEquals("withdrawn", incident.outcome());
        assertEquals(null, incident.site.fib.get(prefix));
    }

    /** 46: more attributes than there are types, and one that fills the longest message. */
    @Test
    void manyAndLongAttributesAreTaken() {
        incident.establish(false, true);
        StringBuilder many = new StringBuilder(GOOD);
        for (int i = 0; i < 600; i++) {
            many.append("c0 %02x 00 ".formatted(64 + i % 190));
        }
        incident.say(Incident.update("", many.toString(), "100a01"));
        assertTrue(incident.outcome().startsWith("taken [64, 65, "));

        String value = "00".repeat(65_535 - 23 - 20 - 4 - 3);
        incident.say(
                Incident.update(
                        "", GOOD + "d0 ff %04x".formatted(value.length() / 2) + value, "100a01"));
        assertEquals("aws-1", incident.site.fib.get(Incident.PREFIX));
        assertEquals(BgpState.ESTABLISHED, incident.site.state("aws-1"));
        assertTrue(incident.site.reported(BgpEvent.Kind.CANNOT_ADVERTISE), "it grows by our AS");
    }
}
