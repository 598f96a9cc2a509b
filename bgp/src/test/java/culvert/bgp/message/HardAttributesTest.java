package culvert.bgp.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Attributes that ended sessions, or processes, of other speakers, and that cost nothing: the route
 * is taken, and the attribute kept as it is or dropped.
 */
class HardAttributesTest {
    private static final String ORIGIN = "40 01 01 00 ";
    private static final String NEXT_HOP = "40 03 04 a9fe0a01 ";
    private static final String NEW_PATH = "40 02 06 02 01 0000fc00 ";
    private static final String OLD_PATH = "40 02 04 02 01 fc00 ";
    private static final String NLRI = "10 0a01";

    /** In a session with four-octet AS numbers; the count is of what remains. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    tunnel encapsulation whose TLV overruns      | c0 17 04 0001ffff             | 3
                    tunnel encapsulation with many TLVs          | c0 17 08 0001000000010000     | 3
                    tunnel encapsulation of one octet            | c0 17 01 00                   | 3
                    attribute 255                                | c0 ff 03 010203               | 3
                    entropy label with garbage                   | c0 1c 03 ffffff               | 3
                    AIGP of one octet, not transitive            | 80 1a 01 01                   | 2
                    AS4_PATH cut short                           | c0 11 02 0201                 | 2
                    AS4_PATH where the peer needs none           | c0 11 06 02 01 0000fc00       | 2
                    AS4_AGGREGATOR of 1 octet                    | c0 12 01 00                   | 2
                    unknown of 0 octets                          | c0 63 00                      | 3
                    """)
    void takesTheRoute(String name, String attribute, int remaining) {
        String before = ORIGIN + attribute + NEW_PATH + NEXT_HOP;
        String after = ORIGIN + NEW_PATH + NEXT_HOP + attribute;
        for (String list : List.of(before, after)) {
            Update update = taken(Wire.update("", list, NLRI), Wire.EBGP);
            assertEquals(remaining, update.attributes().all().size(), list);
        }
    }

    /** RFC 6793 6: confederation segments in AS4_PATH are left out, and end no session. */
    @ParameterizedTest
    @CsvSource({"03", "04"})
    void leavesConfederationsOutOfTheTruePath(String segment) {
        String as4 = "c0 11 0c " + segment + " 01 0000fde8 02 01 0000fc00 ";
        Update update =
                taken(
                        Wire.update("", ORIGIN + OLD_PATH + NEXT_HOP + as4, NLRI),
                        Wire.session(true, false));
        assertEquals(AsPath.sequence(64512), update.attributes().asPath());
    }

    @Test
    void standsMoreAttributesThanThereAreTypes() {
        StringBuilder list = new StringBuilder(ORIGIN + NEW_PATH + NEXT_HOP);
        for (int i = 0; i < 600; i++) {
            list.append("c0 %02x 00 ".formatted(64 + i % 190));
        }
        Update update = taken(Wire.update("", list.toString(), NLRI), Wire.EBGP);
        assertTrue(update.attributes().all().size() <= 2 + 190);
    }

    private static Update taken(MessageFramer.Frame.Whole message, Negotiated session) {
        DecodeResult result = MessageDecoder.decode(message, session);
        Update update =
                assertInstanceOf(
                        Update.class,
                        assertInstanceOf(DecodeResult.Decoded.class, result, result.toString())
                                .message());
        assertEquals(List.of(), update.withdrawn());
        assertEquals(List.of(Nlri.parse("10.1.0.0/16")), update.reachable().getFirst().prefixes());
        return update;
    }
}
