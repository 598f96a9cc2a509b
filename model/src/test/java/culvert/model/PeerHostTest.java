package culvert.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PeerHostTest {
    private static final String LABEL_63 = "a".repeat(63);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vpn.example.com",
                "a.bc",
                "1.example.com",
                "3com.net",
                "vpn-1.xn--e1afmkfd.example",
                "203-0-113-7.example.com",
            })
    void takesWhatCanNameAHost(String name) {
        assertEquals(name, new PeerHost.Name(name).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    vpn.example.com.  | ends with a dot
                    .                 | ends with a dot
                    .example.com      | nothing between two dots, or before the first
                    vpn..example.com  | nothing between two dots, or before the first
                    ''                | nothing between two dots, or before the first
                    vpn_1.example.com | is not a host name
                    -vpn.example.com  | is not a host name
                    vpn-.example.com  | is not a host name
                    vpn example.com   | is not a host name
                    vpn.exämple.com   | is not a host name
                    vpn.example.com/x | is not a host name
                    user@example.com  | is not a host name
                    vpn:500.example   | is not a host name
                    seoul             | is not a full host name
                    localhost         | is not a full host name
                    10.1              | is neither an address nor a host name
                    198.18.0.256      | is neither an address nor a host name
                    1.2.3.4.5         | is neither an address nor a host name
                    127.0x1           | is neither an address nor a host name
                    0x7f.0.0.1        | is neither an address nor a host name
                    """)
    void refusesWhatCannotAndSaysWhy(String name, String words) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> new PeerHost.Name(name));
        assertTrue(String.valueOf(refusal.getMessage()).contains(words), refusal::toString);
    }

    @Test
    void boundsTheNameAndItsParts() {
        String longest = String.join(".", List.of(LABEL_63, LABEL_63, LABEL_63, "a".repeat(61)));
        assertEquals(253, new PeerHost.Name(longest).name().length());
        assertThrows(IllegalArgumentException.class, () -> new PeerHost.Name(longest + "a"));
        assertThrows(
                IllegalArgumentException.class,
                () -> new PeerHost.Name("a" + LABEL_63 + ".example.com"));
    }

    @Test
    void namesAreTheSameInSmallAndCapitalLetters() {
        assertEquals(new PeerHost.Name("vpn.example.com"), new PeerHost.Name("VPN.Example.COM"));
        assertEquals(
                "198.18.0.11",
                new PeerHost.Address(InetAddress.ofLiteral("198.18.0.11")).toString());
    }
}
