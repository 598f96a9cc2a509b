package culvert.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpPrefixTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0/0",
                "10.0.0.0/8",
                "10.20.30.40/32",
                "192.168.128.0/17",
                "0:0:0:0:0:0:0:0/0",
                "2001:db8:0:0:0:0:0:0/32",
                "2001:db8:0:0:0:0:0:1/128"
            })
    void printsWhatItReads(String text) {
        assertEquals(text, IpPrefix.parse(text).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.0        | '10.0.0.0' has no prefix length (write 10.0.0.0/LENGTH)",
                "/8              | '' is not an IP address",
                "10/8            | '10' is not an IP address",
                "10.1/16         | '10.1' is not an IP address",
                "10.0.0.256/32   | '10.0.0.256' is not an IP address",
                "example.net/8   | 'example.net' is not an IP address",
                "fe80::1%x/128   | 'fe80::1%x' is not an IP address",
                "10.0.0.0/       | '' is not a prefix length",
                "10.0.0.0/+8     | '+8' is not a prefix length",
                "10.0.0.0/-1     | '-1' is not a prefix length",
                "10.0.0.0/8/8    | '8/8' is not a prefix length",
                "10.0.0.0/99999999999 | '99999999999' is not a prefix length",
                "10.0.0.0/33     | prefix length 33 is not within 0 to 32",
                "2001:db8::/129  | prefix length 129 is not within 0 to 128",
                "10.1.0.0/8      | 10.1.0.0/8 has host bits set (write 10.0.0.0/8)",
                "10.0.0.1/31     | 10.0.0.1/31 has host bits set (write 10.0.0.0/31)",
            })
    void saysWhatIsWrong(String text, String message) {
        var e = assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse(text));
        assertEquals(message, e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.0.0/16, true",
        "10.0.0.0/8, 10.0.0.0/8, true",
        "10.1.0.0/16, 10.0.0.0/8, false",
        "10.0.0.0/8, 11.0.0.0/8, false",
        "0.0.0.0/0, 203.0.113.7/32, true",
        "0.0.0.0/0, ::/0, false",
        "::/0, 10.0.0.0/8, false",
        "2001:db8::/32, 2001:db8:5::/48, true",
    })
    void coversWhatLiesWithin(String outer, String inner, boolean covers) {
        assertEquals(covers, IpPrefix.parse(outer).covers(IpPrefix.parse(inner)));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.0.0/16, true",
        "10.0.0.0/9, 10.128.0.0/9, false",
        "0.0.0.0/0, ::/0, false",
    })
    void overlapsInBothDirections(String a, String b, boolean overlaps) {
        assertEquals(overlaps, IpPrefix.parse(a).overlaps(IpPrefix.parse(b)));
        assertEquals(overlaps, IpPrefix.parse(b).overlaps(IpPrefix.parse(a)));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255",
        "192.168.1.4/30, 192.168.1.7",
        "192.168.1.4/32, 192.168.1.4",
        "0.0.0.0/0, 255.255.255.255",
        "2001:db8::/126, 2001:db8::3",
    })
    void endsAtItsLastAddress(String prefix, String last) {
        assertEquals(InetAddress.ofLiteral(last), IpPrefix.parse(prefix).last());
    }

    /** Arithmetic on whole numbers is the slow model. */
    @Property(tries = 300)
    void containsWhatArithmeticSaysItContains(
            @ForAll @Size(16) byte[] octets, @ForAll @IntRange(max = 128) int length)
            throws UnknownHostException {
        octets[0] |= 0x20; // keeps away from IPv4-mapped addresses
        IpPrefix prefix = IpPrefix.containing(InetAddress.getByAddress(octets), length);
        BigInteger address = new BigInteger(1, octets);
        BigInteger size = BigInteger.ONE.shiftLeft(128 - length);
        BigInteger first = address.subtract(address.mod(size));
        BigInteger last = first.add(size).subtract(BigInteger.ONE);

        assertEquals(first, new BigInteger(1, prefix.network().getAddress()));
        assertEquals(last, new BigInteger(1, prefix.last().getAddress()));
        assertTrue(prefix.contains(InetAddress.getByAddress(octets)));

        byte[] other = new byte[16];
        new Random(Arrays.hashCode(octets)).nextBytes(other);
        other[0] |= 0x20;
        BigInteger otherAddress = new BigInteger(1, other);
        assertEquals(
                otherAddress.compareTo(first) >= 0 && otherAddress.compareTo(last) <= 0,
                prefix.contains(InetAddress.getByAddress(other)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "255.255.255.255", "169.254.10.2"})
    void neverContainsAnAddressOfTheOtherFamily(String address) {
        assertFalse(IpPrefix.parse("::/0").contains(InetAddress.ofLiteral(address)));
    }
}
