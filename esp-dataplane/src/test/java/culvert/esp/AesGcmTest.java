package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.model.EspSuite;
import culvert.model.Secret;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AesGcmTest {
    @ParameterizedTest
    @EnumSource
    void everyBackendGivesTheKnownAnswers(CryptoBackend backend) {
        assertEquals(Optional.empty(), AesGcmSelfTest.run(backend));
    }

    @Test
    void picksLibcryptoWhereItIs() {
        CryptoBackend.Selection selection = CryptoBackend.select();
        assertEquals(CryptoBackend.LIBCRYPTO, selection.backend());
        assertEquals("AES-GCM by libcrypto.so.3, self-test passed", selection.why());
    }

    @Test
    void fallsBackToTheJdkAndSaysWhy() {
        assertEquals(
                new CryptoBackend.Selection(
                        CryptoBackend.JDK, "AES-GCM by the JDK, slower, because it is missing"),
                CryptoBackend.select(Optional.of("it is missing")));
    }

    @ParameterizedTest
    @EnumSource
    void theBackendsOpenEachOthersPacketsOfEverySize(EspSuite suite) {
        Random random = new Random(suite.keyBytes());
        byte[] octets = new byte[suite.keymatBytes()];
        random.nextBytes(octets);
        try (Arena arena = Arena.ofConfined();
                Secret keymat = Secret.owning(octets);
                AesGcm nativeSealer = CryptoBackend.LIBCRYPTO.forSealing(suite, keymat);
                AesGcm nativeOpener = CryptoBackend.LIBCRYPTO.forOpening(suite, keymat);
                AesGcm jdkSealer = CryptoBackend.JDK.forSealing(suite, keymat);
                AesGcm jdkOpener = CryptoBackend.JDK.forOpening(suite, keymat)) {
            byte[] content = new byte[1500];
            random.nextBytes(content);
            MemorySegment plain = arena.allocateFrom(ValueLayout.JAVA_BYTE, content);
            MemorySegment one = arena.allocate(1600);
            MemorySegment other = arena.allocate(1600);
            MemorySegment opened = arena.allocate(1600);
            for (int size = 0; size <= 1500; size++) {
                EspPacket.writeHeader(one, 0, 0xC1A2B3C4, size + 1);
                EspPacket.writeHeader(other, 0, 0xC1A2B3C4, size + 1);
                assertTrue(nativeSealer.seal(plain, 0, size, one, 0));
                assertTrue(jdkSealer.seal(plain, 0, size, other, 0));
                int packetBytes = size + EspPacket.OVERHEAD_BYTES;
                assertEquals(
                        -1,
                        MemorySegment.mismatch(one, 0, packetBytes, other, 0, packetBytes),
                        "size " + size);
                assertTrue(jdkOpener.open(one, 0, packetBytes, opened, 0));
                assertEquals(-1, MemorySegment.mismatch(plain, 0, size, opened, 0, size));
                assertTrue(nativeOpener.open(other, 0, packetBytes, opened, 0));
                assertEquals(-1, MemorySegment.mismatch(plain, 0, size, opened, 0, size));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void opensNothingThatIsTruncatedOrTooShort(CryptoBackend backend) {
        EspSuite suite = EspSuite.AES128_GCM16;
        try (Arena arena = Arena.ofConfined();
                Secret keymat = Secret.owning(new byte[suite.keymatBytes()]);
                AesGcm sealer = backend.forSealing(suite, keymat);
                AesGcm opener = backend.forOpening(suite, keymat)) {
            MemorySegment packet = arena.allocate(64 + EspPacket.OVERHEAD_BYTES);
            EspPacket.writeHeader(packet, 0, 300, 1);
            assertTrue(sealer.seal(arena.allocate(64), 0, 64, packet, 0));
            MemorySegment opened = arena.allocate(64);
            for (int length = 0; length < packet.byteSize(); length++) {
                assertFalse(opener.open(packet, 0, length, opened, 0), "length " + length);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesKeymatOfAnotherSuite(CryptoBackend backend) {
        try (Secret keymat = Secret.owning(new byte[20])) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> backend.forSealing(EspSuite.AES256_GCM16, keymat));
        }
    }
}
