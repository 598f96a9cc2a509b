package culvert.ike.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.SkCipher;
import culvert.model.Secret;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SkCipherTest {
    private static final byte[] AD =
            hex("0000000000000001 0000000000000002 2e202508 00000007 0000005c 29000040");
    private static final byte[] PLAINTEXT = hex("000000080000002b");
    private static final byte[] AES_128 = hex("000102030405060708090a0b0c0d0e0f");
    private static final byte[] SK_A = sequence(0x20, 64);

    /** Every cipher and integrity that a suite can name, with keys of that length. */
    static Stream<SkCipher> ciphers() {
        Stream<SkCipher> gcm =
                Stream.of(16, 24, 32).map(keyBytes -> gcm(sequence(0, keyBytes + 4)));
        Stream<SkCipher> cbc =
                Stream.of(Integrity.values())
                        .filter(integrity -> integrity != Integrity.NONE)
                        .map(
                                integrity ->
                                        cbc(
                                                AES_128,
                                                Arrays.copyOf(SK_A, integrity.keyBytes()),
                                                integrity));
        return Stream.concat(gcm, cbc);
    }

    @ParameterizedTest
    @MethodSource("ciphers")
    void opensWhatItSealedAtEveryLength(SkCipher cipher) {
        for (int length = 0; length < 70; length++) {
            byte[] plaintext = sequence(3, length);
            byte[] sealed = cipher.seal(AD, plaintext);
            assertEquals(length + cipher.overheadBytes(length), sealed.length);
            assertArrayEquals(plaintext, cipher.open(AD, sealed).orElseThrow());
        }
    }

    @ParameterizedTest
    @MethodSource("ciphers")
    void refusesEveryChangedBit(SkCipher cipher) {
        byte[] sealed = cipher.seal(AD, PLAINTEXT);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertEquals(Optional.empty(), cipher.open(AD, changed));
        }
        for (int bit = 0; bit < AD.length * 8; bit++) {
            byte[] changed = AD.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertEquals(Optional.empty(), cipher.open(changed, sealed));
        }
    }

    @ParameterizedTest
    @MethodSource("ciphers")
    void refusesEveryOtherLength(SkCipher cipher) {
        byte[] sealed = cipher.seal(AD, sequence(0, 40));
        for (int length = 0; length < sealed.length + 40; length++) {
            if (length != sealed.length) {
                assertEquals(Optional.empty(), cipher.open(AD, Arrays.copyOf(sealed, length)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ciphers")
    void neverThrowsOnAnyOctets(SkCipher cipher) {
        Random random = new Random(7);
        for (int length = 0; length < 200; length++) {
            byte[] octets = new byte[length];
            random.nextBytes(octets);
            assertEquals(Optional.empty(), cipher.open(AD, octets));
        }
    }

    @ParameterizedTest
    @MethodSource("ciphers")
    void neverUsesAnIvTwice(SkCipher cipher) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            byte[] sealed = cipher.seal(AD, PLAINTEXT);
            assertTrue(seen.add(HexFormat.of().formatHex(sealed, 0, 8)));
        }
    }

    @Test
    void refusesTheKeyOfTheOtherDirection() {
        byte[] sealed = gcm(sequence(0, 36)).seal(AD, PLAINTEXT);
        assertEquals(Optional.empty(), gcm(sequence(1, 36)).open(AD, sealed));

        // Only the salt differs.
        byte[] otherSalt = sequence(0, 36);
        otherSalt[35] ^= 1;
        assertEquals(Optional.empty(), gcm(otherSalt).open(AD, sealed));

        SkCipher ours = cbc(AES_128, Arrays.copyOf(SK_A, 32), Integrity.HMAC_SHA2_256_128);
        SkCipher theirs = cbc(AES_128, sequence(0, 32), Integrity.HMAC_SHA2_256_128);
        assertEquals(Optional.empty(), theirs.open(AD, ours.seal(AD, PLAINTEXT)));
    }

    /** Computed with another implementation: key 00..1f, salt a0a1a2a3, counters 0 and 1. */
    @Test
    void sealsGcmAsOthersDo() {
        byte[] skE = Arrays.copyOf(sequence(0, 32), 36);
        System.arraycopy(hex("a0a1a2a3"), 0, skE, 32, 4);
        SkCipher cipher = gcm(skE);
        assertArrayEquals(
                hex("0000000000000000 1cb95c3e2364b597b9 399947ea32b2342abc48c97cf4a6f9ad"),
                cipher.seal(AD, PLAINTEXT));
        assertArrayEquals(
                hex("0000000000000001 b0afb8866c74c69f1b d59af43b38daf33af0411b6564abe384"),
                cipher.seal(AD, PLAINTEXT));
    }

    /** Test case 4 of the GCM specification: read as SK, its last octet claims 57 of padding. */
    @Test
    void opensTheGcmOfItsSpecification() {
        SkCipher cipher = gcm(hex("feffe9928665731c6d6a8f9467308308 cafebabe"));
        assertArrayEquals(
                hex("d931"),
                cipher.open(
                                hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
                                hex(
                                        "facedbaddecaf888"
                                                + "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e0"
                                                + "35c17e2329aca12e21d514b25466931c7d8f6a5aac84aa05"
                                                + "1ba30b396a0aac973d58e091"
                                                + "5bc94fbc3221a5db94fae95ae7121a47"))
                        .orElseThrow());
    }

    /** Computed with another implementation: IV 10..1f, HMAC-SHA-256 with the key 20..3f. */
    @Test
    void sealsCbcAsOthersDo() {
        SkCipher cipher =
                new AesCbcHmacSkCipher(
                        Secret.copyOf(AES_128),
                        Secret.copyOf(sequence(0x20, 32)),
                        Integrity.HMAC_SHA2_256_128,
                        new CountingRandom());
        assertArrayEquals(
                hex(
                        "101112131415161718191a1b1c1d1e1f"
                                + "b15f33fc62e340de20536ab39b5e9928"
                                + "82f41fd87babfc3cb53026fa39275cc1"),
                cipher.seal(AD, PLAINTEXT));
    }

    /** RFC 7296 3.14: the sender may pad with anything, up to 255 octets. */
    @Test
    void acceptsPaddingOfAnyContentAndLength() throws Exception {
        for (int padBytes : new int[] {15, 31, 239, 255}) {
            byte[] padded = sequence(0x55, 256);
            padded[255] = (byte) padBytes;
            assertArrayEquals(Arrays.copyOf(padded, 255 - padBytes), openCbc(padded).orElseThrow());
        }
    }

    @Test
    void refusesPaddingLongerThanThePlaintext() throws Exception {
        for (int padBytes : new int[] {16, 17, 128, 255}) {
            byte[] padded = new byte[16];
            padded[15] = (byte) padBytes;
            assertEquals(Optional.empty(), openCbc(padded));
        }
        assertEquals(Optional.empty(), SkPadding.strip(new byte[0]));
        assertFalse(SkPadding.strip(new byte[] {0}).isEmpty());
    }

    /**
     * Opens plaintext with its padding that was encrypted and authenticated apart from the class.
     */
    private static Optional<byte[]> openCbc(byte[] padded) throws Exception {
        byte[] iv = sequence(0x10, 16);
        Cipher aes = Cipher.getInstance("AES/CBC/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(AES_128, "AES"), new IvParameterSpec(iv));
        byte[] ciphertext = aes.doFinal(padded);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(sequence(0x20, 32), "HmacSHA256"));
        byte[] icv = mac.doFinal(SlowKeys.concatenate(AD, iv, ciphertext));
        return cbc(AES_128, sequence(0x20, 32), Integrity.HMAC_SHA2_256_128)
                .open(
                        AD,
                        ByteBuffer.allocate(16 + ciphertext.length + 16)
                                .put(iv)
                                .put(ciphertext)
                                .put(icv, 0, 16)
                                .array());
    }

    private static SkCipher gcm(byte[] skE) {
        return new AesGcmSkCipher(Secret.copyOf(skE));
    }

    private static SkCipher cbc(byte[] skE, byte[] skA, Integrity integrity) {
        return new AesCbcHmacSkCipher(
                Secret.copyOf(skE), Secret.copyOf(skA), integrity, new SecureRandom());
    }

    private static byte[] sequence(int first, int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) (first + i);
        }
        return octets;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    /** Gives 10, 11, 12 ... */
    private static final class CountingRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;

        @Override
        public void nextBytes(byte[] octets) {
            System.arraycopy(sequence(0x10, octets.length), 0, octets, 0, octets.length);
        }
    }
}
