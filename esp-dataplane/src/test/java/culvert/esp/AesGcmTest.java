package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.model.EspSuite;
import culvert.model.Secret;
import culvert.tunio.AesGcm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AesGcmTest {
    private static List<CryptoBackend> working() {
        return CryptoBackend.working();
    }

    @ParameterizedTest
    @MethodSource("working")
    void everyBackendGivesTheKnownAnswers(CryptoBackend backend) {
        assertEquals(Optional.empty(), AesGcmSelfTest.run(backend));
    }

    @Test
    void libcryptoAndTheJdkWorkWhereCulvertIsBuilt() {
        assertTrue(working().containsAll(List.of(CryptoBackend.LIBCRYPTO, CryptoBackend.JDK)));
    }

    @Test
    void picksTheFastestThatWorks() {
        assertEquals(
                new CryptoBackend.Selection(
                        CryptoBackend.IPSEC_MB,
                        "AES-GCM by Intel's ipsec-mb library, self-test passed"),
                CryptoBackend.select(backend -> Optional.empty()));
        assertEquals(working().getFirst(), CryptoBackend.select().backend());
    }

    @Test
    void fallsBackAndSaysWhatWouldBeFaster() {
        assertEquals(
                new CryptoBackend.Selection(
                        CryptoBackend.JDK,
                        "AES-GCM by the JDK, self-test passed (faster, but: Intel's ipsec-mb"
                                + " library: it is missing; libcrypto.so.3: it is missing)"),
                CryptoBackend.select(
                        backend ->
                                backend == CryptoBackend.JDK
                                        ? Optional.empty()
                                        : Optional.of("it is missing")));
    }

    @Test
    void refusesToWorkWithoutAWorkingCipher() {
        assertThrows(
                IllegalStateException.class,
                () -> CryptoBackend.select(backend -> Optional.of("it is broken")));
    }

    private static Stream<Arguments> backendsAndSuites() {
        return working().stream()
                .flatMap(
                        backend ->
                                Stream.of(EspSuite.values())
                                        .map(suite -> Arguments.of(backend, suite)));
    }

    @ParameterizedTest
    @MethodSource("backendsAndSuites")
    void everyBackendAndTheJdkOpenEachOthersPacketsOfEverySize(
            CryptoBackend backend, EspSuite suite) {
        Random random = new Random(suite.keyBytes());
        byte[] octets = new byte[suite.keymatBytes()];
        random.nextBytes(octets);
        try (Arena arena = Arena.ofConfined();
                Secret keymat = Secret.owning(octets);
                AesGcm nativeSealer = backend.forSealing(suite, keymat, false);
                AesGcm nativeOpener = backend.forOpening(suite, keymat, false);
                AesGcm jdkSealer = CryptoBackend.JDK.forSealing(suite, keymat, false);
                AesGcm jdkOpener = CryptoBackend.JDK.forOpening(suite, keymat, false)) {
            byte[] content = new byte[1500];
            random.nextBytes(content);
            MemorySegment plain = arena.allocateFrom(ValueLayout.JAVA_BYTE, content);
            MemorySegment one = arena.allocate(1600);
            MemorySegment other = arena.allocate(1600);
            MemorySegment opened = arena.allocate(1600);
            for (int size = 0; size <= 1500; size++) {
                EspPacket.writeHeader(one, 0, 0xC1A2B3C4, size + 1);
                EspPacket.writeHeader(other, 0, 0xC1A2B3C4, size + 1);
                assertTrue(nativeSealer.seal(0, plain, 0, size, one, 0));
                assertTrue(jdkSealer.seal(0, plain, 0, size, other, 0));
                int packetBytes = size + EspPacket.OVERHEAD_BYTES;
                assertEquals(
                        -1,
                        MemorySegment.mismatch(one, 0, packetBytes, other, 0, packetBytes),
                        "size " + size);
                assertTrue(jdkOpener.open(0, one, 0, packetBytes, opened, 0));
                assertEquals(-1, MemorySegment.mismatch(plain, 0, size, opened, 0, size));
                assertTrue(nativeOpener.open(0, other, 0, packetBytes, opened, 0));
                assertEquals(-1, MemorySegment.mismatch(plain, 0, size, opened, 0, size));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("working")
    void opensNothingThatIsTruncatedOrTooShort(CryptoBackend backend) {
        EspSuite suite = EspSuite.AES128_GCM16;
        try (Arena arena = Arena.ofConfined();
                Secret keymat = Secret.owning(new byte[suite.keymatBytes()]);
                AesGcm sealer = backend.forSealing(suite, keymat, false);
                AesGcm opener = backend.forOpening(suite, keymat, false)) {
            MemorySegment packet = arena.allocate(64 + EspPacket.OVERHEAD_BYTES);
            EspPacket.writeHeader(packet, 0, 300, 1);
            assertTrue(sealer.seal(0, arena.allocate(64), 0, 64, packet, 0));
            MemorySegment opened = arena.allocate(64);
            for (int length = 0; length < packet.byteSize(); length++) {
                assertFalse(opener.open(0, packet, 0, length, opened, 0), "length " + length);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndSuites")
    void opensNothingThatHadABitChanged(CryptoBackend backend, EspSuite suite) {
        try (Arena arena = Arena.ofConfined();
                Secret keymat = Secret.owning(new byte[suite.keymatBytes()]);
                AesGcm sealer = backend.forSealing(suite, keymat, false);
                AesGcm opener = backend.forOpening(suite, keymat, false)) {
            int packetBytes = 20 + EspPacket.OVERHEAD_BYTES;
            MemorySegment packet = arena.allocate(packetBytes);
            EspPacket.writeHeader(packet, 0, 300, 1);
            MemorySegment plain = arena.allocate(20);
            assertTrue(sealer.seal(0, plain, 0, 20, packet, 0));
            for (int bit = 0; bit < packetBytes * 8; bit++) {
                flip(packet, bit);
                assertFalse(opener.open(0, packet, 0, packetBytes, plain, 0), "bit " + bit);
                flip(packet, bit);
            }
            assertTrue(opener.open(0, packet, 0, packetBytes, plain, 0));
        }
    }

    @ParameterizedTest
    @MethodSource("working")
    void worksInPlaceAtAnyAlignment(CryptoBackend backend) {
        EspSuite suite = EspSuite.AES256_GCM16;
        try (Arena arena = Arena.ofConfined();
                Secret keymat = Secret.owning(new byte[suite.keymatBytes()]);
                AesGcm sealer = backend.forSealing(suite, keymat, false);
                AesGcm opener = backend.forOpening(suite, keymat, false)) {
            MemorySegment memory = arena.allocate(1600, 64);
            MemorySegment plain = arena.allocate(1408);
            plain.fill((byte) 0x5A);
            for (int at = 0; at < 64; at++) {
                EspPacket.writeHeader(memory, at, 300, at + 1);
                int plainAt = at + EspPacket.HEADER_BYTES;
                MemorySegment.copy(plain, 0, memory, plainAt, 1408);
                assertTrue(sealer.seal(0, memory, plainAt, 1408, memory, at));
                int packetBytes = 1408 + EspPacket.OVERHEAD_BYTES;
                assertTrue(opener.open(0, memory, at, packetBytes, memory, plainAt), "at " + at);
                int end = plainAt + 1408;
                assertEquals(-1, MemorySegment.mismatch(plain, 0, 1408, memory, plainAt, end));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("working")
    void touchesNoMemoryOutsideOfWhatItIsGiven(CryptoBackend backend) {
        EspSuite suite = EspSuite.AES128_GCM16;
        try (Arena arena = Arena.ofConfined();
                Secret keymat = Secret.owning(new byte[suite.keymatBytes()]);
                AesGcm sealer = backend.forSealing(suite, keymat, false)) {
            MemorySegment packet = arena.allocate(100);
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> sealer.seal(0, packet, 16, 69, packet, 0));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> sealer.seal(0, packet, 90, 11, packet, 0));
        }
    }

    @ParameterizedTest
    @MethodSource("working")
    void refusesKeymatOfAnotherSuite(CryptoBackend backend) {
        try (Secret keymat = Secret.owning(new byte[20])) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> backend.forSealing(EspSuite.AES256_GCM16, keymat, false));
        }
    }

    private static void flip(MemorySegment packet, int bit) {
        byte value = packet.get(ValueLayout.JAVA_BYTE, bit / 8);
        packet.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (value ^ (1 << (bit % 8))));
    }
}
