package culvert.ike.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OctetsTest {
    @Test
    void doesNotFollowTheArrayItCameFrom() {
        byte[] array = {1, 2};
        Octets octets = Octets.copyOf(array);
        array[0] = 9;
        octets.toByteArray()[1] = 9;
        assertEquals("0102", octets.toString());
    }

    @Test
    void isEqualByValue() {
        assertEquals(Octets.ofHex("0a0b"), Octets.copyOf(new byte[] {0, 10, 11, 12}, 1, 3));
        assertEquals(Octets.ofHex("0a0b").hashCode(), Octets.ofHex("0a0b").hashCode());
        assertNotEquals(Octets.ofHex("0a0b"), Octets.ofHex("0a0b00"));
        assertSame(Octets.EMPTY, Octets.copyOf(new byte[0]));
    }

    @Test
    void readsUnsigned() {
        Octets octets = Octets.ofHex("ff80000001");
        assertEquals(0xFF, octets.at(0));
        assertEquals(0x80000001, octets.intAt(1));
        assertArrayEquals(
                new byte[] {(byte) 0xDE, 0, 0, 1}, Octets.ofInt(0xDE000001).toByteArray());
    }

    /** RFC 7296 2.8.1: the lower nonce loses when rekeys collide. */
    @ParameterizedTest
    @CsvSource({"00, ff, -1", "7f, 80, -1", "8000, 80, 1", "'', 00, -1", "0102, 0102, 0"})
    void comparesAsNoncesAreCompared(String a, String b, int sign) {
        assertEquals(sign, Integer.signum(Octets.ofHex(a).compareUnsigned(Octets.ofHex(b))));
        assertEquals(-sign, Integer.signum(Octets.ofHex(b).compareUnsigned(Octets.ofHex(a))));
    }
}
