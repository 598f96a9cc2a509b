package culvert.esp;

import culvert.tunio.MultiBufferAesGcm;
import java.lang.foreign.MemorySegment;

/** AES-GCM by Intel's ipsec-mb library: one call per packet, nothing allocated. */
final class IpsecMbAesGcm implements AesGcm {
    private final MultiBufferAesGcm cipher;

    private IpsecMbAesGcm(MultiBufferAesGcm cipher) {
        this.cipher = cipher;
    }

    static IpsecMbAesGcm keyed(byte[] keymat) {
        return new IpsecMbAesGcm(MultiBufferAesGcm.keyed(keymat));
    }

    @Override
    public boolean seal(
            MemorySegment plain,
            long plainOffset,
            int plainBytes,
            MemorySegment packet,
            long packetOffset) {
        cipher.seal(plain, plainOffset, plainBytes, packet, packetOffset);
        return true;
    }

    @Override
    public boolean open(
            MemorySegment packet,
            long packetOffset,
            int packetBytes,
            MemorySegment plain,
            long plainOffset) {
        return cipher.open(packet, packetOffset, packetBytes, plain, plainOffset);
    }

    @Override
    public void close() {
        cipher.close();
    }
}
