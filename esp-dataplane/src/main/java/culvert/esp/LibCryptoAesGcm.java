package culvert.esp;

import culvert.tunio.NativeAesGcm;
import java.lang.foreign.MemorySegment;

/** AES-GCM by OpenSSL's libcrypto: off-heap memory as it is, nothing allocated per packet. */
final class LibCryptoAesGcm implements AesGcm {
    private final NativeAesGcm cipher;

    private LibCryptoAesGcm(NativeAesGcm cipher) {
        this.cipher = cipher;
    }

    static LibCryptoAesGcm forSealing(byte[] keymat) {
        return new LibCryptoAesGcm(NativeAesGcm.forSealing(keymat));
    }

    static LibCryptoAesGcm forOpening(byte[] keymat) {
        return new LibCryptoAesGcm(NativeAesGcm.forOpening(keymat));
    }

    @Override
    public boolean seal(
            MemorySegment plain,
            long plainOffset,
            int plainBytes,
            MemorySegment packet,
            long packetOffset) {
        return cipher.seal(plain, plainOffset, plainBytes, packet, packetOffset);
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
    public boolean sealExtended(
            int sequenceHigh,
            MemorySegment plain,
            long plainOffset,
            int plainBytes,
            MemorySegment packet,
            long packetOffset) {
        return cipher.sealExtended(
                sequenceHigh, plain, plainOffset, plainBytes, packet, packetOffset);
    }

    @Override
    public boolean openExtended(
            int sequenceHigh,
            MemorySegment packet,
            long packetOffset,
            int packetBytes,
            MemorySegment plain,
            long plainOffset) {
        return cipher.openExtended(
                sequenceHigh, packet, packetOffset, packetBytes, plain, plainOffset);
    }

    @Override
    public void close() {
        cipher.close();
    }
}
