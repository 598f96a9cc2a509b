package culvert.esp;

import culvert.tunio.AesGcm;
import java.lang.foreign.MemorySegment;

/**
 * No cipher at all: copies, as sealing and opening do besides their work, and leaves 16 octets
 * where the ICV would be. The limit of the packet path, for {@code perf/compare} alone; see
 * {@link CryptoBackend}.
 */
final class NullCipher implements AesGcm {
    private static final int HEADER_BYTES = 16;

    @Override
    public boolean seal(
            long sequenceNumber,
            MemorySegment plain,
            long plainOffset,
            int plainBytes,
            MemorySegment packet,
            long packetOffset) {
        MemorySegment.copy(plain, plainOffset, packet, packetOffset + HEADER_BYTES, plainBytes);
        return true;
    }

    @Override
    public boolean open(
            long sequenceNumber,
            MemorySegment packet,
            long packetOffset,
            int packetBytes,
            MemorySegment plain,
            long plainOffset) {
        int plainBytes = packetBytes - 2 * HEADER_BYTES;
        MemorySegment.copy(packet, packetOffset + HEADER_BYTES, plain, plainOffset, plainBytes);
        return true;
    }

    @Override
    public void close() {}
}
