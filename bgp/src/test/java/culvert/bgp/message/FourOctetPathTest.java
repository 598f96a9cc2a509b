package culvert.bgp.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import culvert.bgp.message.DecodeResult.Decoded;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths through speakers that know two-octet AS numbers only (RFC 6793 4.2.3). */
class FourOctetPathTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    no AS4_PATH                     | 02 02 fc00 fc01           |                                     |            | 64512 64513
                    AS4_PATH of the same length     | 02 02 fc00 5ba0           | c011 0a 02 02 0000fc00 00030d40     |            | 64512 200000
                    AS4_PATH is shorter             | 02 03 fc00 fc01 5ba0      | c011 06 02 01 00030d40              |            | 64512 64513 200000
                    AS4_PATH is longer: ignored     | 02 01 5ba0                | c011 0a 02 02 0000fc00 00030d40     |            | 23456
                    AS4_PATH malformed: discarded   | 02 01 5ba0                | c011 05 02 01 00030d                |            | 23456
                    AS4_PATH with AS 0: discarded   | 02 01 5ba0                | c011 06 02 01 00000000              |            | 23456
                    confederation segment left out  | 02 02 fc00 5ba0           | c011 0c 03 01 0000fc05 02 01 00030d40 |          | 64512 200000
                    leading set is kept             | 01 02 fc00 fc01 02 01 5ba0| c011 06 02 01 00030d40              |            | {64512,64513} 200000
                    aggregated anew: both ignored   | 02 01 5ba0                | c011 06 02 01 00030d40              | c007 06 fc00 0a000001 | 23456
                    aggregated by AS_TRANS          | 02 01 5ba0                | c011 06 02 01 00030d40              | c007 06 5ba0 0a000001 | 200000
                    """)
    void findsTheTrueAsNumbers(
            String name, String path, String as4Path, String aggregator, String expected) {
        String octets = path.replace(" ", "");
        String attributes =
                "40 01 01 00"
                        + (as4Path == null ? "" : as4Path) // before AS_PATH, as order means nothing
                        + "40 02 %02x %s".formatted(octets.length() / 2, octets)
                        + "40 03 04 a9fe0a01"
                        + (aggregator == null ? "" : aggregator);
        DecodeResult result =
                MessageDecoder.decode(Wire.update("", attributes, "10 0a01"), Wire.OLD_EBGP);
        Update update =
                assertInstanceOf(Update.class, assertInstanceOf(Decoded.class, result).message());
        assertEquals(expected, update.attributes().asPath().toString());
    }
}
