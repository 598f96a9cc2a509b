package culvert.esp.ip;

import java.lang.foreign.MemorySegment;

/**
 * Lowers the maximum segment size that a SYN announces, so that TCP never sends a segment that the
 * tunnel cannot carry whole, whatever becomes of ICMP on the way.
 */
public final class TcpMss {
    private static final int FLAGS_OFFSET = 13;
    private static final int CHECKSUM_OFFSET = 16;
    private static final int HEADER_BYTES = 20;

    private static final int SYN = 0x02;
    private static final int OPTION_END = 0;
    private static final int OPTION_NOP = 1;
    private static final int OPTION_MSS = 2;
    private static final int OPTION_MSS_BYTES = 4;

    private TcpMss() {}

    /**
     * Clamps the packet in place when it is a SYN or SYN-ACK that announces more than fits.
     *
     * @param mtuBytes the longest inner packet
     * @param partialChecksum the checksum field holds the pseudo-header's sum only, and so does not
     *     depend on the options
     */
    public static void clamp(IpPacket packet, int mtuBytes, boolean partialChecksum) {
        if (packet.protocol() != IpPacket.TCP || packet.payloadBytes() < HEADER_BYTES) {
            return;
        }
        MemorySegment segment = packet.segment();
        long tcp = packet.payloadOffset();
        if ((Octets.get8(segment, tcp + FLAGS_OFFSET) & SYN) == 0 || packet.isLaterFragment()) {
            return;
        }
        int tcpHeaderBytes = (Octets.get8(segment, tcp + 12) >>> 4) * 4;
        if (tcpHeaderBytes > packet.payloadBytes()) {
            return;
        }
        int fixedHeaders =
                (packet.version() == 4 ? IpPacket.IPV4_HEADER_BYTES : IpPacket.IPV6_HEADER_BYTES)
                        + HEADER_BYTES;
        clampOption(segment, tcp, tcpHeaderBytes, mtuBytes - fixedHeaders, partialChecksum);
    }

    private static void clampOption(
            MemorySegment segment,
            long tcp,
            int tcpHeaderBytes,
            int largest,
            boolean partialChecksum) {
        long end = tcp + tcpHeaderBytes;
        long at = tcp + HEADER_BYTES;
        while (at < end) {
            int kind = Octets.get8(segment, at);
            if (kind == OPTION_END) {
                return;
            }
            if (kind == OPTION_NOP) {
                at++;
                continue;
            }
            int optionBytes = at + 1 < end ? Octets.get8(segment, at + 1) : 0;
            if (optionBytes < 2 || at + optionBytes > end) {
                return; // not ours to judge: the receiver will
            }
            if (kind == OPTION_MSS && optionBytes == OPTION_MSS_BYTES) {
                lower(segment, tcp, at + 2, largest, partialChecksum);
                return;
            }
            at += optionBytes;
        }
    }

    private static void lower(
            MemorySegment segment, long tcp, long mssAt, int largest, boolean partialChecksum) {
        int announced = Octets.get16(segment, mssAt);
        if (announced <= largest) {
            return;
        }
        Octets.set16(segment, mssAt, largest);
        if (!partialChecksum) {
            int checksum = Octets.get16(segment, tcp + CHECKSUM_OFFSET);
            Octets.set16(
                    segment,
                    tcp + CHECKSUM_OFFSET,
                    adjust(checksum, announced, largest, (mssAt - tcp) % 2 != 0));
        }
    }

    /** An option may begin at an odd place: then its octets count in each other's position. */
    private static int adjust(int checksum, int before, int after, boolean swapped) {
        return swapped
                ? InternetChecksum.update(checksum, swap(before), swap(after))
                : InternetChecksum.update(checksum, before, after);
    }

    private static int swap(int field) {
        return Short.toUnsignedInt(Short.reverseBytes((short) field));
    }
}
