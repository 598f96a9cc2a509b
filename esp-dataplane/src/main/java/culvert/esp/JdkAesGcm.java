package culvert.esp;

import culvert.model.EspSuite;
import culvert.tunio.AesGcm;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-GCM by the JDK's own cipher: the fallback where libcrypto is missing, and the oracle of the
 * tests.
 *
 * <p>It works on heap arrays, because the JDK's fast code does, and so copies every packet twice;
 * it allocates, and a bad ICV costs an exception inside. The JDK offers no way around these. Its
 * key object cannot be wiped either: the copies in it live until the garbage collector takes them.
 */
final class JdkAesGcm implements AesGcm {
    private static final int LARGEST_PACKET_BYTES = 65_535;
    private static final int NONCE_BYTES = EspSuite.SALT_BYTES + EspSuite.IV_BYTES;
    private static final int AAD_BYTES = 8;
    private static final int EXTENDED_AAD_BYTES = 12;
    private static final int ICV_BITS = EspSuite.ICV_BYTES * 8;

    private final Cipher cipher;
    private final int mode;
    private final boolean extended;
    private final SecretKeySpec key;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private final byte[] aad = new byte[EXTENDED_AAD_BYTES];
    // Two arrays, because in place the JDK leaves its fast code.
    private final byte[] in = new byte[LARGEST_PACKET_BYTES];
    private final byte[] out = new byte[LARGEST_PACKET_BYTES];

    private JdkAesGcm(byte[] keymat, boolean extended, int mode) {
        int keyBytes = keymat.length - EspSuite.SALT_BYTES;
        this.extended = extended;
        this.mode = mode;
        key = new SecretKeySpec(keymat, 0, keyBytes, "AES");
        System.arraycopy(keymat, keyBytes, nonce, 0, EspSuite.SALT_BYTES);
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
    }

    static JdkAesGcm forSealing(byte[] keymat, boolean extended) {
        return new JdkAesGcm(keymat, extended, Cipher.ENCRYPT_MODE);
    }

    static JdkAesGcm forOpening(byte[] keymat, boolean extended) {
        return new JdkAesGcm(keymat, extended, Cipher.DECRYPT_MODE);
    }

    @Override
    public boolean seal(
            long sequenceNumber,
            MemorySegment plain,
            long plainOffset,
            int plainBytes,
            MemorySegment packet,
            long packetOffset) {
        if (plainBytes > LARGEST_PACKET_BYTES - EspPacket.OVERHEAD_BYTES) {
            return false;
        }
        MemorySegment.copy(plain, ValueLayout.JAVA_BYTE, plainOffset, in, 0, plainBytes);
        int sealedBytes = transform(sequenceNumber, packet, packetOffset, plainBytes);
        if (sealedBytes < 0) {
            return false;
        }
        long to = packetOffset + EspPacket.HEADER_BYTES;
        MemorySegment.copy(out, 0, packet, ValueLayout.JAVA_BYTE, to, sealedBytes);
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
        int sealedBytes = packetBytes - EspPacket.HEADER_BYTES;
        if (sealedBytes < EspSuite.ICV_BYTES || packetBytes > LARGEST_PACKET_BYTES) {
            return false;
        }
        long from = packetOffset + EspPacket.HEADER_BYTES;
        MemorySegment.copy(packet, ValueLayout.JAVA_BYTE, from, in, 0, sealedBytes);
        int plainBytes = transform(sequenceNumber, packet, packetOffset, sealedBytes);
        if (plainBytes < 0) {
            return false;
        }
        MemorySegment.copy(out, 0, plain, ValueLayout.JAVA_BYTE, plainOffset, plainBytes);
        return true;
    }

    /** SPI and sequence number; an extended one with its high half between (RFC 4106 5). */
    private int writeAad(long sequenceNumber, MemorySegment packet, long packetOffset) {
        if (!extended) {
            MemorySegment.copy(packet, ValueLayout.JAVA_BYTE, packetOffset, aad, 0, AAD_BYTES);
            return AAD_BYTES;
        }
        MemorySegment.copy(packet, ValueLayout.JAVA_BYTE, packetOffset, aad, 0, 4);
        for (int i = 0; i < 4; i++) {
            aad[4 + i] = (byte) (sequenceNumber >>> (56 - 8 * i));
        }
        MemorySegment.copy(packet, ValueLayout.JAVA_BYTE, packetOffset + 4, aad, 8, 4);
        return EXTENDED_AAD_BYTES;
    }

    private int transform(
            long sequenceNumber, MemorySegment packet, long packetOffset, int inBytes) {
        int aadBytes = writeAad(sequenceNumber, packet, packetOffset);
        long iv = packetOffset + EspPacket.HEADER_BYTES - EspSuite.IV_BYTES;
        MemorySegment.copy(
                packet, ValueLayout.JAVA_BYTE, iv, nonce, EspSuite.SALT_BYTES, EspSuite.IV_BYTES);
        try {
            cipher.init(mode, key, new GCMParameterSpec(ICV_BITS, nonce));
            cipher.updateAAD(aad, 0, aadBytes);
            return cipher.doFinal(in, 0, inBytes, out, 0);
        } catch (GeneralSecurityException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        Arrays.fill(nonce, (byte) 0);
        Arrays.fill(in, (byte) 0);
        Arrays.fill(out, (byte) 0);
    }
}
