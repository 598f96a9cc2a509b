package culvert.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SecretTest {
    @Test
    void neverPrintsItsOctets() {
        assertEquals("Secret[3 octets]", Secret.copyOf(new byte[] {1, 2, 3}).toString());
    }

    @Test
    void wipesTheArrayThatItOwns() {
        byte[] octets = {1, 2, 3};
        Secret secret = Secret.owning(octets);
        secret.close();
        assertArrayEquals(new byte[3], octets);
        assertTrue(secret.isWiped());
        assertThrows(IllegalStateException.class, secret::octets);
    }

    @Test
    void leavesACopyAloneWhenTheOriginalIsWiped() {
        Secret original = Secret.copyOf(new byte[] {1, 2, 3});
        Secret copy = original.copy();
        original.close();
        assertArrayEquals(new byte[] {1, 2, 3}, copy.octets());
    }

    @Test
    void doesNotFollowTheArrayThatItCopied() {
        byte[] octets = {1, 2, 3};
        Secret secret = Secret.copyOf(octets);
        octets[0] = 9;
        assertArrayEquals(new byte[] {1, 2, 3}, secret.octets());
    }

    @Test
    void isEqualByOctets() {
        assertEquals(Secret.copyOf(new byte[] {1, 2}), Secret.copyOf(new byte[] {1, 2}));
        assertNotEquals(Secret.copyOf(new byte[] {1, 2}), Secret.copyOf(new byte[] {1, 3}));
        assertNotEquals(Secret.copyOf(new byte[] {1, 2}), Secret.copyOf(new byte[] {1, 2, 0}));
    }

    @Test
    void tellsNothingThroughItsHashCode() {
        assertEquals(
                Secret.copyOf(new byte[] {1}).hashCode(), Secret.copyOf(new byte[] {2}).hashCode());
    }
}
