package culvert.esp;

import java.lang.foreign.MemorySegment;

/**
 * No cipher at all: copies, as sealing and opening do besides their work, and leaves 16 octets
 * where the ICV would be. The limit of the packet path, for {@code perf/compare} alone, which puts
 * it over the real class with {@code --patch-module}; no build of Culvert contains it.
 */
final class IpsecMbAesGcm implements AesGcm {
    private static final int HEADER_BYTES = 16;

    private IpsecMbAesGcm() {}

    static IpsecMbAesGcm keyed(byte[] keymat) {
        return new IpsecMbAesGcm();
    }

    @Override
    public boolean seal(
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
