package culvert.tunio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What an ESP packet, its nonce and its authenticated data look like to AES-GCM (RFC 4106 3 to 5,
 * 8.1).
 *
 * <pre>
 *  packet   |  SPI  |  low  |      IV       | ciphertext ... |     ICV (16)      |
 *  nonce    | salt  |      IV       |
 *  AAD      |  SPI  |  low  |                      as it stands in the packet
 *  AAD      |  SPI  | high  |  low  |              with extended sequence numbers
 *  KEYMAT   |  key (16 or 32)   | salt  |
 * </pre>
 */
final class GcmLayout {
    static final int HEADER_BYTES = 16;
    static final int ICV_BYTES = 16;
    static final int OVERHEAD_BYTES = HEADER_BYTES + ICV_BYTES;
    static final int SALT_BYTES = 4;
    static final int LARGE_KEY_BYTES = 32;
    static final int AAD_BYTES = 8;
    static final int EXTENDED_AAD_BYTES = 12;

    private static final int SMALL_KEY_BYTES = 16;
    private static final int IV_OFFSET = 8;
    private static final ValueLayout.OfInt BIG_ENDIAN_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private GcmLayout() {}

    /** The octets of KEYMAT that are the key. */
    static int keyBytes(byte[] keymat) {
        int keyBytes = keymat.length - SALT_BYTES;
        if (keyBytes != SMALL_KEY_BYTES && keyBytes != LARGE_KEY_BYTES) {
            throw new IllegalArgumentException("KEYMAT of " + keymat.length + " octets");
        }
        return keyBytes;
    }

    /** Puts KEYMAT's salt where the nonce begins. */
    static void writeSalt(byte[] keymat, MemorySegment memory, long nonceOffset) {
        int keyBytes = keymat.length - SALT_BYTES;
        MemorySegment.copy(
                keymat, keyBytes, memory, ValueLayout.JAVA_BYTE, nonceOffset, SALT_BYTES);
    }

    /** Completes the nonce behind its salt with the packet's IV. */
    static void writeIv(
            MemorySegment memory, long nonceOffset, MemorySegment packet, long packetOffset) {
        memory.set(
                ValueLayout.JAVA_LONG_UNALIGNED,
                nonceOffset + SALT_BYTES,
                packet.get(ValueLayout.JAVA_LONG_UNALIGNED, packetOffset + IV_OFFSET));
    }

    /** Writes the authenticated data of an extended sequence number and returns their address. */
    static long writeExtendedAad(
            MemorySegment memory,
            long aadOffset,
            long sequenceNumber,
            MemorySegment packet,
            long packetOffset) {
        memory.set(BIG_ENDIAN_INT, aadOffset, packet.get(BIG_ENDIAN_INT, packetOffset));
        memory.set(BIG_ENDIAN_INT, aadOffset + 4, (int) (sequenceNumber >>> Integer.SIZE));
        memory.set(BIG_ENDIAN_INT, aadOffset + 8, packet.get(BIG_ENDIAN_INT, packetOffset + 4));
        return memory.address() + aadOffset;
    }
}
