package culvert.esp.ip;

import java.lang.foreign.MemorySegment;

/**
 * A flyweight over one inner IPv4 or IPv6 packet. One instance serves a thread; {@link #wrap} moves
 * it from packet to packet and reads what the path asks for again and again.
 *
 * <pre>
 * IPv4 (RFC 791)                                  IPv6 (RFC 8200)
 *   0 version, header length in 4-octet units       0 version, traffic class, flow label
 *   1 type of service                               4 payload length
 *   2 total length                                  6 next header
 *   4 identification                                7 hop limit
 *   6 flags (DF 0x4000, MF 0x2000), offset          8 source address
 *   8 time to live                                 24 destination address
 *   9 protocol
 *  10 header checksum
 *  12 source address
 *  16 destination address
 * </pre>
 */
public final class IpPacket {
    public static final int TCP = 6;
    public static final int UDP = 17;

    public static final int IPV4_HEADER_BYTES = 20;
    public static final int IPV6_HEADER_BYTES = 40;

    private static final int IPV4_MORE_FRAGMENTS_AND_OFFSET = 0x3FFF;
    private static final int IPV4_OFFSET = 0x1FFF;

    private MemorySegment segment = MemorySegment.NULL;
    private long offset;
    private int lengthBytes;
    private int version;
    private int headerBytes;
    private int protocol;

    /**
     * Moves to the packet at {@code offset}.
     *
     * @param availableBytes octets from there on; more than the packet is long is fine (RFC 4303
     *     2.7)
     * @return whether a whole IPv4 or IPv6 packet stands there
     */
    public boolean wrap(MemorySegment segment, long offset, int availableBytes) {
        this.segment = segment;
        this.offset = offset;
        if (availableBytes < IPV4_HEADER_BYTES) {
            return false;
        }
        version = Octets.get8(segment, offset) >>> 4;
        return switch (version) {
            case 4 -> wrapIpv4(availableBytes);
            case 6 -> wrapIpv6(availableBytes);
            default -> false;
        };
    }

    private boolean wrapIpv4(int availableBytes) {
        headerBytes = (Octets.get8(segment, offset) & 0xF) * 4;
        lengthBytes = Octets.get16(segment, offset + 2);
        protocol = Octets.get8(segment, offset + 9);
        return headerBytes >= IPV4_HEADER_BYTES
                && headerBytes <= lengthBytes
                && lengthBytes <= availableBytes;
    }

    private boolean wrapIpv6(int availableBytes) {
        if (availableBytes < IPV6_HEADER_BYTES) {
            return false;
        }
        headerBytes = IPV6_HEADER_BYTES;
        lengthBytes = IPV6_HEADER_BYTES + Octets.get16(segment, offset + 4);
        protocol = Octets.get8(segment, offset + 6);
        return lengthBytes <= availableBytes;
    }

    public MemorySegment segment() {
        return segment;
    }

    public long offset() {
        return offset;
    }

    /** The packet's own length: header and payload, without what may follow. */
    public int lengthBytes() {
        return lengthBytes;
    }

    /** 4 or 6. */
    public int version() {
        return version;
    }

    /** The IPv4 header with its options, or the fixed IPv6 header alone. */
    public int headerBytes() {
        return headerBytes;
    }

    /** IPv4's protocol or the first next header of IPv6. */
    public int protocol() {
        return protocol;
    }

    public long payloadOffset() {
        return offset + headerBytes;
    }

    public int payloadBytes() {
        return lengthBytes - headerBytes;
    }

    /** DSCP and ECN: IPv4's type of service, IPv6's traffic class. */
    public int trafficClass() {
        return version == 4
                ? Octets.get8(segment, offset + 1)
                : (Octets.get16(segment, offset) >>> 4) & 0xFF;
    }

    /** Replaces DSCP and ECN, and adjusts the IPv4 header checksum. */
    public void trafficClass(int value) {
        int before = Octets.get16(segment, offset);
        if (version == 4) {
            int after = (before & 0xFF00) | value;
            Octets.set16(segment, offset, after);
            int checksum = Octets.get16(segment, offset + 10);
            Octets.set16(segment, offset + 10, InternetChecksum.update(checksum, before, after));
        } else {
            Octets.set16(segment, offset, (before & 0xF00F) | (value << 4));
        }
    }

    /** Whether this is a piece of a fragmented IPv4 packet. */
    public boolean isFragment() {
        return version == 4
                && (Octets.get16(segment, offset + 6) & IPV4_MORE_FRAGMENTS_AND_OFFSET) != 0;
    }

    /** Whether the payload does not begin with the transport header. */
    public boolean isLaterFragment() {
        return version == 4 && (Octets.get16(segment, offset + 6) & IPV4_OFFSET) != 0;
    }

    /** The sum of the addresses and the protocol: the pseudo-header but for the length. */
    public long pseudoHeaderSum(int transportProtocol) {
        long sum =
                version == 4
                        ? InternetChecksum.add(0, segment, offset + 12, 8)
                        : InternetChecksum.add(0, segment, offset + 8, 32);
        return InternetChecksum.addField(sum, transportProtocol);
    }
}
