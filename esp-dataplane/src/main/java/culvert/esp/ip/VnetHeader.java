package culvert.esp.ip;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The virtio_net_hdr of a TUN device with IFF_VNET_HDR (linux/virtio_net.h), in host byte order:
 *
 * <pre>
 *   0 flags        u8   1 = NEEDS_CSUM: the checksum field holds the pseudo-header's sum only
 *   1 gso_type     u8   0 none, 1 TCPv4, 4 TCPv6, 5 UDP; bit 7 = ECN
 *   2 hdr_len      u16  a hint
 *   4 gso_size     u16  payload octets of each segment
 *   6 csum_start   u16  where the checksummed octets begin, counted from the IP header
 *   8 csum_offset  u16  the checksum field, counted from csum_start
 * </pre>
 */
public final class VnetHeader {
    public static final int BYTES = 10;

    public static final int NEEDS_CSUM = 1;

    public static final int GSO_NONE = 0;
    public static final int GSO_TCPV4 = 1;
    public static final int GSO_TCPV6 = 4;
    public static final int GSO_UDP_L4 = 5;
    private static final int GSO_ECN = 0x80;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private VnetHeader() {}

    public static boolean needsChecksum(MemorySegment segment, long offset) {
        return (Octets.get8(segment, offset) & NEEDS_CSUM) != 0;
    }

    public static int gsoType(MemorySegment segment, long offset) {
        return Octets.get8(segment, offset + 1) & ~GSO_ECN;
    }

    public static int gsoSize(MemorySegment segment, long offset) {
        return Short.toUnsignedInt(segment.get(SHORT, offset + 4));
    }

    public static int checksumStart(MemorySegment segment, long offset) {
        return Short.toUnsignedInt(segment.get(SHORT, offset + 6));
    }

    public static int checksumOffset(MemorySegment segment, long offset) {
        return Short.toUnsignedInt(segment.get(SHORT, offset + 8));
    }

    /** The header of a complete single packet: all zero. */
    public static void writeNone(MemorySegment segment, long offset) {
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, 0);
        segment.set(SHORT, offset + 8, (short) 0);
    }

    /** The header of a superpacket whose checksum field holds the pseudo-header's sum. */
    public static void writeGso(
            MemorySegment segment,
            long offset,
            int gsoType,
            int headerBytes,
            int gsoSize,
            int checksumStart,
            int checksumOffset) {
        Octets.set8(segment, offset, NEEDS_CSUM);
        Octets.set8(segment, offset + 1, gsoType);
        segment.set(SHORT, offset + 2, (short) headerBytes);
        segment.set(SHORT, offset + 4, (short) gsoSize);
        segment.set(SHORT, offset + 6, (short) checksumStart);
        segment.set(SHORT, offset + 8, (short) checksumOffset);
    }
}
