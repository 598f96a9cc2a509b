package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    private static final List<String> KNOWN =
            List.of("name", "asn", "esp", "ike", "peer-address", "peer-identity", "tunnels");

    @ParameterizedTest
    @CsvSource({
        "peer-adress, peer-address",
        "peer_address, peer-address",
        "Peer-Address, peer-address",
        "peer address, peer-address",
        "peer-addresses, peer-address",
        "peer-addres, peer-address",
        "nmae, name",
        "tunnel, tunnels",
        "ans, asn",
        "colour, ",
        "xyz, ",
        "address, ",
    })
    void suggestsAKnownWordOnlyWhenItIsNear(String written, @Nullable String expected) {
        assertEquals(Optional.ofNullable(expected), Words.nearest(written, KNOWN));
    }

    @Test
    void suggestsNothingForTwoSlipsInThreeLetters() {
        assertEquals(Optional.empty(), Words.nearest("epsi", KNOWN));
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "abc, abc, 0",
        "abc, abd, 1",
        "abc, acb, 1",
        "abc, '', 3",
        "ca, abc, 3"
    })
    void countsSlips(String a, String b, int slips) {
        assertEquals(slips, Words.distance(a, b));
        assertEquals(slips, Words.distance(b, a));
    }

    @Test
    void quotesControlCharactersHarmlessly() {
        assertEquals("'a\\u001b[31m\\u000a\\u202e'", Words.quote("a\u001b[31m\n\u202e"));
        assertEquals("'" + "x".repeat(60) + "...'", Words.quote("x".repeat(61)));
        assertFalse(Words.isPrintable("a\tb"));
        assertFalse(Words.isPrintable("x".repeat(61)));
    }
}
