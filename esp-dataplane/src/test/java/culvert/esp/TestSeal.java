package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.model.EspSuite;
import culvert.model.Spi;
import culvert.tunio.AesGcm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** A peer that seals whatever it likes, by the JDK's cipher. */
final class TestSeal {
    private TestSeal() {}

    /** Any plaintext whatsoever: padding and trailer are the caller's. */
    static byte[] raw(Spi spi, int sequenceNumber, byte[] plain) {
        EspSuite suite = EspSuite.AES256_GCM16;
        try (Arena arena = Arena.ofConfined();
                AesGcm cipher =
                        CryptoBackend.JDK.forSealing(suite, Gateway.keymat(spi, suite), false)) {
            MemorySegment in = arena.allocate(plain.length + 1);
            MemorySegment.copy(plain, 0, in, ValueLayout.JAVA_BYTE, 0, plain.length);
            MemorySegment out = arena.allocate(plain.length + EspPacket.OVERHEAD_BYTES);
            EspPacket.writeHeader(out, 0, spi.value(), sequenceNumber);
            assertTrue(cipher.seal(0, in, 0, plain.length, out, 0));
            return out.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    static byte[] sealed(Spi spi, int sequenceNumber, byte[] inner, int nextHeader) {
        int padBytes = EspPacket.padBytes(inner.length);
        byte[] plain = Arrays.copyOf(inner, inner.length + padBytes + 2);
        for (int i = 0; i < padBytes; i++) {
            plain[inner.length + i] = (byte) (i + 1);
        }
        plain[plain.length - 2] = (byte) padBytes;
        plain[plain.length - 1] = (byte) nextHeader;
        return raw(spi, sequenceNumber, plain);
    }

    /** An inner packet on the test's own SA, with the next header that it needs. */
    static byte[] sealed(int sequenceNumber, byte[] inner) {
        return sealed(Gateway.SPI, sequenceNumber, inner, inner[0] >> 4 == 4 ? 4 : 41);
    }
}
