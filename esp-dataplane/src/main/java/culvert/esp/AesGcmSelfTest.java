package culvert.esp;

import culvert.model.EspSuite;
import culvert.model.Secret;
import culvert.tunio.AesGcm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Known answers that a cipher must give before it may touch traffic: the ESP packets of
 * draft-mcgrew-gcm-test-01 section 4, two with 32-bit and one with 64-bit sequence numbers.
 */
final class AesGcmSelfTest {
    /** Where there is a high half of the sequence number, the packet has the low one. */
    private record KnownAnswer(
            EspSuite suite,
            String keymat,
            Optional<Integer> sequenceHigh,
            String plain,
            String packet) {

        boolean extended() {
            return sequenceHigh.isPresent();
        }

        boolean seal(AesGcm cipher, MemorySegment clear, MemorySegment packet) {
            return cipher.seal(sequenceNumber(), clear, 0, (int) clear.byteSize(), packet, 0);
        }

        boolean open(AesGcm cipher, MemorySegment packet, MemorySegment opened) {
            return cipher.open(sequenceNumber(), packet, 0, (int) packet.byteSize(), opened, 0);
        }

        private long sequenceNumber() {
            return Integer.toUnsignedLong(sequenceHigh.orElse(0)) << Integer.SIZE;
        }
    }

    private static final List<KnownAnswer> KNOWN_ANSWERS =
            List.of(
                    new KnownAnswer(
                            EspSuite.AES128_GCM16,
                            "feffe9928665731c6d6a8f9467308308cafebabe",
                            Optional.empty(),
                            """
                            4500003e698f000080114dccc0a80102c0a801010a980035002a2343b2d00100\
                            0001000000000000037369700963796265726369747902646b00000100010001""",
                            """
                            0000a5f80000000afacedbaddecaf888\
                            deb22cd9b07c72c16e3a65beeb8df304a5a5897d33ae530f1ba76d5d114d2a5c\
                            3de81827c10e9a4f51330d0eec416642cfbb85a5b47e48a4ec3b9ba95d918bd1\
                            83b70d3aa8bc6ee4c309e9d85a41ad4a"""),
                    new KnownAnswer(
                            EspSuite.AES256_GCM16,
                            """
                            abbccddef00112233445566778899aababbccddef00112233445566778899aab\
                            11223344""",
                            Optional.empty(),
                            """
                            4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee000000000\
                            7002400020bf0000020405b40101040201020201""",
                            """
                            4a2cbfe3000000020102030405060708\
                            ff425c9b724599df7a3bcd510194e00d6a78107f1b0b1cbf06efae9d65a5d763\
                            748a637985771d347f0545659f14e99def842d8e\
                            b335f4eecfdbf831824b4c4915956c96"""),
                    new KnownAnswer(
                            EspSuite.AES128_GCM16,
                            "4c80cdefbb5d10da906ac73c3613a6342e443b68",
                            Optional.of(0x8765_4321),
                            """
                            45000048699a000080114db7c0a80102c0a801010a9bf15638d3010000010000\
                            00000000045f736970045f756470037369700963796265726369747902646b00\
                            0021000101020201""",
                            """
                            00004321000000004956ed7e3b244cfe\
                            fecf537e729d5b07dc30df528dd22b768d1b98736696a6fd348509fa13ceac34\
                            cfa2436f14a3f3cf65925bf1f4a13c5d15b21e1884f5ff6247aeabb786b93bce\
                            61bc17d768fd9732\
                            459018148f6cbe722fd04796562dfdb4"""));

    private AesGcmSelfTest() {}

    /** What the backend got wrong, for people; empty when every answer is right. */
    static Optional<String> run(CryptoBackend backend) {
        for (KnownAnswer answer : KNOWN_ANSWERS) {
            Optional<String> failure = check(backend, answer);
            if (failure.isPresent()) {
                return failure;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> check(CryptoBackend backend, KnownAnswer answer) {
        byte[] plain = HexFormat.of().parseHex(answer.plain());
        byte[] expected = HexFormat.of().parseHex(answer.packet());
        try (Arena arena = Arena.ofConfined();
                Secret keymat = Secret.owning(HexFormat.of().parseHex(answer.keymat()));
                AesGcm sealer = backend.forSealing(answer.suite(), keymat, answer.extended());
                AesGcm opener = backend.forOpening(answer.suite(), keymat, answer.extended())) {
            MemorySegment clear = arena.allocateFrom(ValueLayout.JAVA_BYTE, plain);
            MemorySegment wanted = arena.allocateFrom(ValueLayout.JAVA_BYTE, expected);
            MemorySegment packet = arena.allocate(expected.length);
            MemorySegment.copy(wanted, 0, packet, 0, EspPacket.HEADER_BYTES);
            if (!answer.seal(sealer, clear, packet) || packet.mismatch(wanted) >= 0) {
                return wrong(backend, answer, "seals a known packet wrongly");
            }
            MemorySegment opened = arena.allocate(plain.length);
            if (!answer.open(opener, packet, opened) || opened.mismatch(clear) >= 0) {
                return wrong(backend, answer, "does not open a known packet");
            }
            byte last = packet.get(ValueLayout.JAVA_BYTE, expected.length - 1);
            packet.set(ValueLayout.JAVA_BYTE, expected.length - 1, (byte) (last ^ 1));
            if (answer.open(opener, packet, opened)) {
                return wrong(backend, answer, "opens a packet with a wrong ICV");
            }
            return Optional.empty();
        } catch (IllegalStateException e) {
            return wrong(backend, answer, "fails: " + e.getMessage());
        }
    }

    private static Optional<String> wrong(CryptoBackend backend, KnownAnswer answer, String what) {
        return Optional.of(backend + " " + answer.suite().keyword() + " " + what);
    }
}
