package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeAesGcmTest {
    private static final int OVERHEAD = 32;

    private final Random random = new Random(20);

    @ParameterizedTest
    @ValueSource(ints = {20, 36})
    void sealsWhatTheJdkSealsForEverySize(int keymatBytes) throws Exception {
        byte[] keymat = randomBytes(keymatBytes);
        try (Arena arena = Arena.ofConfined();
                NativeAesGcm cipher = NativeAesGcm.forSealing(keymat, false)) {
            MemorySegment packet = arena.allocate(1700);
            for (int size = 0; size <= 1500; size++) {
                byte[] header = randomBytes(16);
                byte[] plain = randomBytes(size);
                MemorySegment.copy(header, 0, packet, ValueLayout.JAVA_BYTE, 3, 16);
                MemorySegment in = arena.allocate(Math.max(size, 1));
                MemorySegment.copy(plain, 0, in, ValueLayout.JAVA_BYTE, 0, size);
                assertTrue(cipher.seal(0, in, 0, size, packet, 3));
                assertArrayEquals(
                        sealedByJdk(keymat, header, plain),
                        packet.asSlice(19, size + 16).toArray(ValueLayout.JAVA_BYTE),
                        "size " + size);
            }
        }
    }

    @Test
    void opensInPlaceWhatItSealedInPlace() {
        byte[] keymat = randomBytes(36);
        byte[] plain = randomBytes(1408);
        try (Arena arena = Arena.ofConfined();
                NativeAesGcm sealer = NativeAesGcm.forSealing(keymat, false);
                NativeAesGcm opener = NativeAesGcm.forOpening(keymat, false)) {
            MemorySegment packet = arena.allocate(plain.length + OVERHEAD);
            MemorySegment.copy(plain, 0, packet, ValueLayout.JAVA_BYTE, 16, plain.length);
            assertTrue(sealer.seal(0, packet, 16, plain.length, packet, 0));
            assertTrue(opener.open(0, packet, 0, plain.length + OVERHEAD, packet, 16));
            assertArrayEquals(
                    plain, packet.asSlice(16, plain.length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Test
    void refusesAPacketWithAnyBitChanged() {
        byte[] keymat = randomBytes(20);
        try (Arena arena = Arena.ofConfined();
                NativeAesGcm sealer = NativeAesGcm.forSealing(keymat, false);
                NativeAesGcm opener = NativeAesGcm.forOpening(keymat, false)) {
            MemorySegment packet = arena.allocate(20 + OVERHEAD);
            MemorySegment plain = arena.allocate(20);
            assertTrue(sealer.seal(0, plain, 0, 20, packet, 0));
            for (int bit = 0; bit < packet.byteSize() * 8; bit++) {
                flip(packet, bit);
                assertFalse(opener.open(0, packet, 0, 20 + OVERHEAD, plain, 0), "bit " + bit);
                flip(packet, bit);
            }
            assertTrue(opener.open(0, packet, 0, 20 + OVERHEAD, plain, 0));
        }
    }

    @Test
    void authenticatesTheHighHalfOfAnExtendedSequenceNumber() {
        byte[] keymat = randomBytes(20);
        byte[] plain = randomBytes(100);
        try (Arena arena = Arena.ofConfined();
                NativeAesGcm sealer = NativeAesGcm.forSealing(keymat, true);
                NativeAesGcm other = NativeAesGcm.forOpening(keymat, false);
                NativeAesGcm opener = NativeAesGcm.forOpening(keymat, true)) {
            MemorySegment packet = arena.allocate(plain.length + OVERHEAD);
            MemorySegment in = arena.allocateFrom(ValueLayout.JAVA_BYTE, plain);
            MemorySegment out = arena.allocate(plain.length);
            assertTrue(sealer.seal(7L << 32, in, 0, plain.length, packet, 0));
            int length = (int) packet.byteSize();
            assertFalse(other.open(7L << 32, packet, 0, length, out, 0));
            assertFalse(opener.open(6L << 32, packet, 0, length, out, 0));
            assertFalse(opener.open(0x0700_0000L << 32, packet, 0, length, out, 0));
            assertTrue(opener.open(7L << 32, packet, 0, length, out, 0));
            assertArrayEquals(plain, out.toArray(ValueLayout.JAVA_BYTE));
            for (int shortBytes = 0; shortBytes < OVERHEAD; shortBytes++) {
                assertFalse(opener.open(7L << 32, packet, 0, shortBytes, out, 0));
            }
        }
    }

    @Test
    void refusesAPacketShorterThanHeaderAndIcv() {
        try (Arena arena = Arena.ofConfined();
                NativeAesGcm opener = NativeAesGcm.forOpening(randomBytes(20), false)) {
            MemorySegment packet = arena.allocate(64);
            for (int length = 0; length < OVERHEAD; length++) {
                assertFalse(opener.open(0, packet, 0, length, packet, 16), "length " + length);
            }
        }
    }

    @Test
    void neverPassesMemoryOutsideTheSegmentToLibcrypto() {
        try (Arena arena = Arena.ofConfined();
                NativeAesGcm sealer = NativeAesGcm.forSealing(randomBytes(20), false)) {
            MemorySegment packet = arena.allocate(100);
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> sealer.seal(0, packet, 16, 69, packet, 0));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> sealer.seal(0, packet, 90, 11, packet, 0));
        }
    }

    @Test
    void closesTwice() {
        NativeAesGcm cipher = NativeAesGcm.forSealing(randomBytes(20), false);
        cipher.close();
        cipher.close();
    }

    @Test
    void refusesKeymatOfAnotherLength() {
        assertThrows(
                IllegalArgumentException.class,
                () -> NativeAesGcm.forSealing(randomBytes(28), false));
    }

    @Test
    void saysInOneLineThatTheLibraryIsMissing() {
        String missing = "libculvert-does-not-exist.so.3";
        assertEquals(
                Optional.of(missing + " cannot be loaded (install OpenSSL 3)"),
                LibCrypto.problem(missing, LibCrypto.open(missing)));
        assertEquals(
                Optional.of("libc.so.6 is not OpenSSL 3: it has no EVP_CIPHER_fetch"),
                LibCrypto.problem("libc.so.6", LibCrypto.open("libc.so.6")));
    }

    private byte[] randomBytes(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }

    private static void flip(MemorySegment packet, int bit) {
        long at = bit / 8;
        byte value = packet.get(ValueLayout.JAVA_BYTE, at);
        packet.set(ValueLayout.JAVA_BYTE, at, (byte) (value ^ (1 << (bit % 8))));
    }

    private static byte[] sealedByJdk(byte[] keymat, byte[] header, byte[] plain) throws Exception {
        int keyBytes = keymat.length - 4;
        byte[] nonce = new byte[12];
        System.arraycopy(keymat, keyBytes, nonce, 0, 4);
        System.arraycopy(header, 8, nonce, 4, 8);
        Cipher jdk = Cipher.getInstance("AES/GCM/NoPadding");
        jdk.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(keymat, 0, keyBytes, "AES"),
                new GCMParameterSpec(128, nonce));
        jdk.updateAAD(header, 0, 8);
        return jdk.doFinal(plain);
    }
}
