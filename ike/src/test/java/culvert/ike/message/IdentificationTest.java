package culvert.ike.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentificationTest {
    @ParameterizedTest
    @CsvSource({
        "198.18.0.1, 1, c6120001",
        "2001:db8:0:0:0:0:0:1, 5, 20010db8000000000000000000000001",
        "vpn.example.net, 2, 76706e2e6578616d706c652e6e6574",
        "12345, 2, 3132333435",
        "@example, 2, 406578616d706c65",
        "ops@example.net, 3, 6f7073406578616d706c652e6e6574",
        "keyid:site-7, 11, 736974652d37",
        "keyid:10.0.0.1, 11, 31302e302e302e31",
    })
    void readsAndPrintsTheFormsOfTheConfiguration(String text, int type, String dataHex) {
        Identification id = Identification.parse(text);
        assertEquals(new Identification(type, Octets.ofHex(dataHex)), id);
        assertEquals(text, id.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''        | an identity must not be empty",
                "keyid:    | a key-id must not be empty",
                "300.0.0.1 | '300.0.0.1' looks like an address and is none (for a key-id write keyid:TEXT)",
                "a:b       | 'a:b' looks like an address and is none (for a key-id write keyid:TEXT)",
            })
    void saysWhatIsWrong(String text, String message) {
        var e = assertThrows(IllegalArgumentException.class, () -> Identification.parse(text));
        assertEquals(message, e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "2, 610a62, 0x610a62",
        "2, 1b5b324a, 0x1b5b324a",
        "11, 00ff, keyid:0x00ff",
        "9, 3000, id-type-9:3000",
        "1, 0a00, malformed address 0a00",
    })
    void printsWhatCouldHarmATerminalAsHexadecimal(int type, String dataHex, String printed) {
        assertEquals(printed, new Identification(type, Octets.ofHex(dataHex)).toString());
    }

    @Test
    void printsNoMoreThanALogLineOfAHugeIdentity() {
        String printed =
                new Identification(Identification.FQDN, Octets.copyOf(new byte[60_000])).toString();
        assertTrue(printed.length() < 600 && printed.endsWith("... (60000 octets)"), printed);
    }
}
