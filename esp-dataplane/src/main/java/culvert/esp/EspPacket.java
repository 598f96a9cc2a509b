package culvert.esp;

import culvert.esp.ip.Octets;
import culvert.model.EspSuite;
import java.lang.foreign.MemorySegment;

/**
 * An ESP packet with AES-GCM (RFC 4303 2, RFC 4106 3) as it stands in a UDP datagram:
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------------------------------------+ --
 *   |               Security Parameters Index (SPI)                 |  ^ authenticated
 *   +---------------------------------------------------------------+  |
 *   |                      Sequence Number                          |  v
 *   +---------------------------------------------------------------+ --
 *   |                     Initialization Vector                     |
 *   |                     (the packet counter)                      |
 *   +---------------------------------------------------------------+ --
 *   |                  inner IPv4 or IPv6 packet                    |  ^
 *   ~                               +-------------------------------+  | encrypted and
 *   |                               | Padding 1, 2, 3 (0-3 octets)  |  | authenticated
 *   +-------------------------------+---------------+---------------+  |
 *   |                               |  Pad Length   |  Next Header  |  v
 *   +-------------------------------+---------------+---------------+ --
 *   ~            Integrity Check Value, 16 octets                   ~
 *   +---------------------------------------------------------------+
 * </pre>
 */
final class EspPacket {
    /** SPI, sequence number and IV. */
    static final int HEADER_BYTES = 16;

    /** What AES-GCM adds to the padded plaintext. */
    static final int OVERHEAD_BYTES = HEADER_BYTES + EspSuite.ICV_BYTES;

    /** Pad length and next header. */
    static final int TRAILER_BYTES = 2;

    /** The longest trailer that we write: 3 octets of padding. */
    static final int LONGEST_TRAILER_BYTES = 5;

    /** The shortest packet that can be one: an aligned plaintext of padding and trailer alone. */
    static final int SHORTEST_BYTES = OVERHEAD_BYTES + 4;

    static final int NEXT_HEADER_IPV4 = 4;
    static final int NEXT_HEADER_IPV6 = 41;

    /** A dummy packet, made to be discarded (RFC 4303 2.6). */
    static final int NEXT_HEADER_NONE = 59;

    private static final int ALIGNMENT = 4;

    private EspPacket() {}

    static int spi(MemorySegment segment, long offset) {
        return Octets.get32(segment, offset);
    }

    static int sequenceNumber(MemorySegment segment, long offset) {
        return Octets.get32(segment, offset + 4);
    }

    /**
     * Writes SPI, the low-order 32 bits of the sequence number, and as IV all of it: unique per key
     * (RFC 4106 3.1).
     */
    static void writeHeader(MemorySegment segment, long offset, int spi, long sequenceNumber) {
        Octets.set32(segment, offset, spi);
        Octets.set32(segment, offset + 4, (int) sequenceNumber);
        Octets.set64(segment, offset + 8, sequenceNumber);
    }

    /** Octets of padding that align an inner packet and the trailer to 4 (RFC 4303 2.4). */
    static int padBytes(int innerBytes) {
        return -(innerBytes + TRAILER_BYTES) & (ALIGNMENT - 1);
    }

    /** Octets of the whole ESP packet that carries an inner packet of this length. */
    static int sealedBytes(int innerBytes) {
        return OVERHEAD_BYTES + innerBytes + padBytes(innerBytes) + TRAILER_BYTES;
    }

    /** Writes padding 1, 2, 3, ..., pad length and next header from {@code offset} on. */
    static void writeTrailer(MemorySegment segment, long offset, int padBytes, int nextHeader) {
        for (int i = 0; i < padBytes; i++) {
            Octets.set8(segment, offset + i, i + 1);
        }
        Octets.set8(segment, offset + padBytes, padBytes);
        Octets.set8(segment, offset + padBytes + 1, nextHeader);
    }

    static int nextHeader(MemorySegment plain, long offset, int plainBytes) {
        return Octets.get8(plain, offset + plainBytes - 1);
    }

    /**
     * Octets before the padding, or -1 when the pad length points before the plaintext or the
     * padding is not 1, 2, 3, ... (RFC 4303 2.4).
     */
    static int payloadBytes(MemorySegment plain, long offset, int plainBytes) {
        int padBytes = Octets.get8(plain, offset + plainBytes - TRAILER_BYTES);
        int payloadBytes = plainBytes - TRAILER_BYTES - padBytes;
        if (payloadBytes < 0) {
            return -1;
        }
        for (int i = 0; i < padBytes; i++) {
            if (Octets.get8(plain, offset + payloadBytes + i) != i + 1) {
                return -1;
            }
        }
        return payloadBytes;
    }

    /** Whether the ciphertext ends on the 4-octet boundary that RFC 4303 2.4 asks for. */
    static boolean isAligned(int packetBytes) {
        return (packetBytes & (ALIGNMENT - 1)) == 0;
    }
}
