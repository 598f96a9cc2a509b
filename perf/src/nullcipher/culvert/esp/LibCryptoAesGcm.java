package culvert.esp;

import java.lang.foreign.MemorySegment;

/** No cipher either, for machines where libcrypto would be chosen; see {@link IpsecMbAesGcm}. */
final class LibCryptoAesGcm implements AesGcm {
    private final IpsecMbAesGcm none = IpsecMbAesGcm.keyed(new byte[0]);

    private LibCryptoAesGcm() {}

    static LibCryptoAesGcm forSealing(byte[] keymat) {
        return new LibCryptoAesGcm();
    }

    static LibCryptoAesGcm forOpening(byte[] keymat) {
        return new LibCryptoAesGcm();
    }

    @Override
    public boolean seal(
            MemorySegment plain,
            long plainOffset,
            int plainBytes,
            MemorySegment packet,
            long packetOffset) {
        return none.seal(plain, plainOffset, plainBytes, packet, packetOffset);
    }

    @Override
    public boolean open(
            MemorySegment packet,
            long packetOffset,
            int packetBytes,
            MemorySegment plain,
            long plainOffset) {
        return none.open(packet, packetOffset, packetBytes, plain, plainOffset);
    }

    @Override
    public void close() {}
}
