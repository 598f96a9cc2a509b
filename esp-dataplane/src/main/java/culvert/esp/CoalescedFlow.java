package culvert.esp;

import culvert.esp.ip.InternetChecksum;
import culvert.esp.ip.IpPacket;
import culvert.esp.ip.Octets;
import culvert.esp.ip.VnetHeader;
import culvert.model.Offload;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The flow of the packets that are being joined, and the rule of which packet may join.
 *
 * <p>A packet joins when splitting the result again would give the packets back, but for the IPv4
 * identification of packets that are never fragmented: the same addresses, ports, traffic class,
 * time to live, DF and TCP options, the next sequence number, no flags but ACK and a last PSH, and
 * not longer than the first. The kernel's own receive offload asks for the same.
 */
final class CoalescedFlow {
    static final int LONGEST_HEADERS_BYTES = IpPacket.IPV6_HEADER_BYTES + 60;

    /** UDP_MAX_SEGMENTS of linux/udp.h before it was raised to 128. */
    private static final int MOST_UDP_SEGMENTS = 64;

    private static final int DONT_FRAGMENT = 0x4000;

    private static final int TCP_HEADER_BYTES = 20;
    private static final int TCP_FLAGS_OFFSET = 13;
    private static final int TCP_CHECKSUM_OFFSET = 16;
    private static final int ACK = 0x10;
    private static final int PSH = 0x08;
    private static final int PSH_IN_WORD = PSH << 16; // of data offset, flags, window

    private static final int UDP_HEADER_BYTES = 8;
    private static final int UDP_CHECKSUM_OFFSET = 6;

    private boolean tcp;
    private boolean udp;

    /** The headers of the item as it began: its own may be covered by the candidate. */
    private final MemorySegment first;

    private final IpPacket item = new IpPacket();
    private int version;
    private int protocol;
    private int ipBytes;
    private int headersBytes;
    private int segmentBytes; // payload of the first
    private int nextSequenceNumber;
    private boolean push;

    CoalescedFlow(Arena arena, boolean tcp, boolean udp) {
        this.tcp = tcp;
        this.udp = udp;
        first = arena.allocate(LONGEST_HEADERS_BYTES);
    }

    /** Octets of the IP and transport headers of every packet of this flow. */
    int headersBytes() {
        return headersBytes;
    }

    /** Joins no packet of this flow's protocol any more; tells which offload that is. */
    Offload turnOff() {
        if (protocol == IpPacket.TCP) {
            tcp = false;
            return Offload.COALESCE_TCP;
        }
        udp = false;
        return Offload.COALESCE_UDP;
    }

    /** Starts a flow with this packet; false when nothing can ever join it. */
    boolean begin(IpPacket packet) {
        if (!joinable(packet)) {
            return false;
        }
        MemorySegment segment = packet.segment();
        long transport = packet.payloadOffset();
        if (packet.protocol() == IpPacket.TCP) {
            if (Octets.get8(segment, transport + TCP_FLAGS_OFFSET) != ACK) {
                return false;
            }
            nextSequenceNumber = Octets.get32(segment, transport + 4);
        }
        version = packet.version();
        protocol = packet.protocol();
        ipBytes = packet.headerBytes();
        headersBytes = ipBytes + transportHeaderBytes(packet);
        segmentBytes = packet.lengthBytes() - headersBytes;
        nextSequenceNumber += segmentBytes;
        push = false;
        MemorySegment.copy(segment, packet.offset(), first, 0, headersBytes);
        return true;
    }

    /** Whether headers and lengths are of the plain kind that can be joined at all. */
    private boolean joinable(IpPacket packet) {
        if (packet.isFragment()
                || (packet.version() == 4 && packet.headerBytes() != IpPacket.IPV4_HEADER_BYTES)) {
            return false;
        }
        return switch (packet.protocol()) {
            case IpPacket.TCP ->
                    tcp
                            && packet.payloadBytes() > TCP_HEADER_BYTES
                            && transportHeaderBytes(packet) >= TCP_HEADER_BYTES
                            && packet.payloadBytes() > transportHeaderBytes(packet);
            case IpPacket.UDP ->
                    udp
                            && packet.payloadBytes() > UDP_HEADER_BYTES
                            && Octets.get16(packet.segment(), packet.payloadOffset() + 4)
                                    == packet.payloadBytes();
            default -> false;
        };
    }

    private static int transportHeaderBytes(IpPacket packet) {
        return packet.protocol() == IpPacket.UDP
                ? UDP_HEADER_BYTES
                : (Octets.get8(packet.segment(), packet.payloadOffset() + 12) >>> 4) * 4;
    }

    /** Whether the packet continues the flow, which has {@code segments} packets so far. */
    boolean joins(IpPacket packet, int segments) {
        return packet.version() == version
                && packet.protocol() == protocol
                && joinable(packet)
                && ipBytes + transportHeaderBytes(packet) == headersBytes
                && packet.lengthBytes() - headersBytes <= segmentBytes
                && (version == 4 ? sameIpv4(packet, segments) : sameIpv6(packet))
                && (protocol == IpPacket.TCP
                        ? continuesTcp(packet)
                        : continuesUdp(packet, segments))
                && checksumsHold(packet.segment(), packet.offset(), packet.lengthBytes());
    }

    private boolean sameIpv4(IpPacket packet, int segments) {
        MemorySegment segment = packet.segment();
        long at = packet.offset();
        return same16(segment, at, 0) // version, header length, type of service
                && same16(segment, at, 6) // DF
                && same16(segment, at, 8) // time to live, protocol
                && same64(segment, at, 12) // addresses
                && (isAtomic() || Octets.get16(segment, at + 4) == identification(segments));
    }

    /** Never fragmented, so that its identification means nothing (RFC 6864 4.1). */
    private boolean isAtomic() {
        return (Octets.get16(first, 6) & DONT_FRAGMENT) != 0;
    }

    /** What the kernel gives the packet after so many others when it splits the item. */
    private int identification(int segments) {
        return (Octets.get16(first, 4) + segments) & 0xFFFF;
    }

    private boolean sameIpv6(IpPacket packet) {
        MemorySegment segment = packet.segment();
        long at = packet.offset();
        return Octets.get32(segment, at) == Octets.get32(first, 0) // traffic class, flow label
                && same16(segment, at, 6) // next header, hop limit
                && same64(segment, at, 8)
                && same64(segment, at, 16)
                && same64(segment, at, 24)
                && same64(segment, at, 32);
    }

    private boolean continuesTcp(IpPacket packet) {
        MemorySegment segment = packet.segment();
        long at = packet.offset();
        int flagsAndWindow = Octets.get32(segment, at + ipBytes + 12) & ~PSH_IN_WORD;
        if (Octets.get32(segment, at + ipBytes + 4) != nextSequenceNumber
                || Octets.get32(segment, at + ipBytes) != Octets.get32(first, ipBytes) // ports
                || Octets.get32(segment, at + ipBytes + 8) != Octets.get32(first, ipBytes + 8)
                || flagsAndWindow != Octets.get32(first, ipBytes + 12)) {
            return false;
        }
        for (int i = ipBytes + TCP_HEADER_BYTES; i < headersBytes; i += 4) {
            if (Octets.get32(segment, at + i) != Octets.get32(first, i)) {
                return false;
            }
        }
        return true;
    }

    private boolean continuesUdp(IpPacket packet, int segments) {
        return segments < MOST_UDP_SEGMENTS
                && Octets.get32(packet.segment(), packet.payloadOffset())
                        == Octets.get32(first, ipBytes);
    }

    private boolean same16(MemorySegment segment, long at, int field) {
        return Octets.get16(segment, at + field) == Octets.get16(first, field);
    }

    private boolean same64(MemorySegment segment, long at, int field) {
        return Octets.get64(segment, at + field) == Octets.get64(first, field);
    }

    /**
     * Whether the checksums of a packet with this flow's headers are right. Joined packets get a
     * new one, which must not cover up that one of them was corrupt.
     */
    boolean checksumsHold(MemorySegment segment, long offset, int lengthBytes) {
        if (version == 4
                && InternetChecksum.finish(InternetChecksum.add(0, segment, offset, ipBytes))
                        != 0) {
            return false;
        }
        if (protocol == IpPacket.UDP
                && version == 4
                && Octets.get16(segment, offset + ipBytes + UDP_CHECKSUM_OFFSET) == 0) {
            return true; // RFC 768: there is none
        }
        item.wrap(segment, offset, lengthBytes);
        int transportBytes = lengthBytes - ipBytes;
        long sum = InternetChecksum.addField(item.pseudoHeaderSum(protocol), transportBytes);
        sum = InternetChecksum.add(sum, segment, offset + ipBytes, transportBytes);
        return InternetChecksum.finish(sum) == 0;
    }

    /**
     * Takes the packet up.
     *
     * @return whether it must be the last
     */
    boolean join(IpPacket packet) {
        int payload = packet.lengthBytes() - headersBytes;
        nextSequenceNumber += payload;
        if (protocol == IpPacket.TCP) {
            int flags = Octets.get8(packet.segment(), packet.payloadOffset() + TCP_FLAGS_OFFSET);
            push = (flags & PSH) != 0;
        }
        return push || payload < segmentBytes;
    }

    /** Writes the headers that make {@code lengthBytes} of joined packets a superpacket. */
    void writeHeaders(MemorySegment segment, long offset, int lengthBytes, long vnetOffset) {
        int transportBytes = lengthBytes - ipBytes;
        if (version == 4) {
            Octets.set16(segment, offset + 2, lengthBytes);
            Octets.set16(segment, offset + 10, 0);
            long sum = InternetChecksum.add(0, segment, offset, ipBytes);
            Octets.set16(segment, offset + 10, InternetChecksum.finish(sum));
        } else {
            Octets.set16(segment, offset + 4, transportBytes);
        }
        long transport = offset + ipBytes;
        if (protocol == IpPacket.UDP) {
            Octets.set16(segment, transport + 4, transportBytes);
        } else if (push) {
            Octets.set8(segment, transport + TCP_FLAGS_OFFSET, ACK | PSH);
        }
        item.wrap(segment, offset, lengthBytes);
        long pseudo = InternetChecksum.addField(item.pseudoHeaderSum(protocol), transportBytes);
        int checksumOffset = protocol == IpPacket.TCP ? TCP_CHECKSUM_OFFSET : UDP_CHECKSUM_OFFSET;
        Octets.set16(segment, transport + checksumOffset, InternetChecksum.sumOf(pseudo));
        VnetHeader.writeGso(
                segment,
                vnetOffset,
                gsoType(),
                headersBytes,
                segmentBytes,
                ipBytes,
                checksumOffset);
    }

    private int gsoType() {
        if (protocol == IpPacket.UDP) {
            return VnetHeader.GSO_UDP_L4;
        }
        return version == 4 ? VnetHeader.GSO_TCPV4 : VnetHeader.GSO_TCPV6;
    }
}
