package culvert.esp.ip;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A packet that stands for many: one header and the payload of several segments, as a TUN device
 * with segmentation offload delivers it. This flyweight turns it into the segments, in place:
 *
 * <pre>
 *   before    [headers][payload 0][payload 1][payload 2]
 *   k = 0     [headers][payload 0]
 *   k = 1           [headers][payload 1]              over the end of payload 0, which is gone
 *   k = 2                      [headers][payload 2]
 * </pre>
 *
 * So no payload moves; the segments must be consumed in order, and the octets behind a segment left
 * as they were.
 */
public final class Superpacket {
    private static final int LONGEST_HEADERS_BYTES = 256;

    private static final int TCP_HEADER_BYTES = 20;
    private static final int TCP_SEQUENCE_OFFSET = 4;
    private static final int TCP_FLAGS_OFFSET = 13;
    private static final int TCP_CHECKSUM_OFFSET = 16;
    private static final int FIN = 0x01;
    private static final int PSH = 0x08;
    private static final int CWR = 0x80;

    private static final int UDP_HEADER_BYTES = 8;
    private static final int UDP_LENGTH_OFFSET = 4;
    private static final int UDP_CHECKSUM_OFFSET = 6;

    private final MemorySegment headers;

    private MemorySegment segment = MemorySegment.NULL;
    private long offset;
    private int version;
    private int transport; // where the TCP or UDP header begins, counted from the IP header
    private int protocol;
    private int headersBytes;
    private int gsoSize;
    private int payloadBytes;

    private int segments;
    private long pseudoHeaderSum;
    private long ipv4HeaderSum; // without length and identification
    private int identification;
    private int sequenceNumber;
    private int flags;

    public Superpacket(Arena arena) {
        headers = arena.allocate(LONGEST_HEADERS_BYTES);
    }

    /**
     * Takes up a superpacket.
     *
     * @param vnetOffset where its virtio_net_hdr stands in the same memory; {@code hdr_len} in it
     *     is only a hint, forwarded packets carry a wrong one
     * @return whether the virtio_net_hdr fits the packet
     */
    public boolean wrap(IpPacket packet, long vnetOffset) {
        segment = packet.segment();
        offset = packet.offset();
        version = packet.version();
        transport = VnetHeader.checksumStart(segment, vnetOffset);
        gsoSize = VnetHeader.gsoSize(segment, vnetOffset);
        if (!VnetHeader.needsChecksum(segment, vnetOffset)
                || !fits(packet, VnetHeader.gsoType(segment, vnetOffset))) {
            return false;
        }
        payloadBytes = packet.lengthBytes() - headersBytes;
        if (gsoSize == 0 || payloadBytes <= 0) {
            return false;
        }
        segments = (payloadBytes + gsoSize - 1) / gsoSize;
        keepHeaders(packet);
        return true;
    }

    private boolean fits(IpPacket packet, int gsoType) {
        protocol = gsoType == VnetHeader.GSO_UDP_L4 ? IpPacket.UDP : IpPacket.TCP;
        boolean familyFits =
                switch (gsoType) {
                    case VnetHeader.GSO_TCPV4 -> version == 4;
                    case VnetHeader.GSO_TCPV6 -> version == 6;
                    case VnetHeader.GSO_UDP_L4 -> true;
                    default -> false;
                };
        int shortest = protocol == IpPacket.TCP ? TCP_HEADER_BYTES : UDP_HEADER_BYTES;
        if (!familyFits
                || packet.isFragment()
                || !transportFollows(packet)
                || transport + shortest > packet.lengthBytes()) {
            return false;
        }
        int transportHeaderBytes =
                protocol == IpPacket.TCP
                        ? (Octets.get8(segment, offset + transport + 12) >>> 4) * 4
                        : UDP_HEADER_BYTES;
        headersBytes = transport + transportHeaderBytes;
        return transportHeaderBytes >= shortest && headersBytes <= LONGEST_HEADERS_BYTES;
    }

    /** IPv6 extension headers may stand between, and are repeated in every segment. */
    private boolean transportFollows(IpPacket packet) {
        return transport == packet.headerBytes()
                ? packet.protocol() == protocol
                : version == 6 && transport > packet.headerBytes();
    }

    private void keepHeaders(IpPacket packet) {
        MemorySegment.copy(segment, offset, headers, 0, headersBytes);
        pseudoHeaderSum = packet.pseudoHeaderSum(protocol);
        if (version == 4) {
            identification = Octets.get16(headers, 4);
            Octets.set16(headers, 2, 0);
            Octets.set16(headers, 4, 0);
            Octets.set16(headers, 10, 0);
            ipv4HeaderSum = InternetChecksum.add(0, headers, 0, packet.headerBytes());
        }
        if (protocol == IpPacket.TCP) {
            sequenceNumber = Octets.get32(headers, transport + TCP_SEQUENCE_OFFSET);
            flags = Octets.get8(headers, transport + TCP_FLAGS_OFFSET);
            Octets.set16(headers, transport + TCP_CHECKSUM_OFFSET, 0);
        } else {
            Octets.set16(headers, transport + UDP_CHECKSUM_OFFSET, 0);
        }
    }

    public int segments() {
        return segments;
    }

    /** Octets of the longest segment, headers included. */
    public int longestSegmentBytes() {
        return headersBytes + Math.min(gsoSize, payloadBytes);
    }

    public long segmentOffset(int k) {
        return offset + (long) k * gsoSize;
    }

    public int segmentBytes(int k) {
        return headersBytes + Math.min(gsoSize, payloadBytes - k * gsoSize);
    }

    /** Writes the headers of segment {@code k} before its payload, checksums and all. */
    public void write(int k) {
        long at = segmentOffset(k);
        int lengthBytes = segmentBytes(k);
        MemorySegment.copy(headers, 0, segment, at, headersBytes);
        if (version == 4) {
            writeIpv4(at, lengthBytes, identification + k);
        } else {
            Octets.set16(segment, at + 4, lengthBytes - IpPacket.IPV6_HEADER_BYTES);
        }
        if (protocol == IpPacket.TCP) {
            writeTcp(at + transport, lengthBytes - transport, k);
        } else {
            writeUdp(at + transport, lengthBytes - transport);
        }
    }

    private void writeIpv4(long at, int lengthBytes, int packetIdentification) {
        Octets.set16(segment, at + 2, lengthBytes);
        Octets.set16(segment, at + 4, packetIdentification);
        long sum = InternetChecksum.addField(ipv4HeaderSum, lengthBytes);
        sum = InternetChecksum.addField(sum, packetIdentification);
        Octets.set16(segment, at + 10, InternetChecksum.finish(sum));
    }

    private void writeTcp(long tcp, int tcpBytes, int k) {
        int segmentFlags = flags;
        if (k > 0) {
            segmentFlags &= ~CWR; // RFC 3168 6.1.2: said once
        }
        if (k < segments - 1) {
            segmentFlags &= ~(FIN | PSH);
        }
        Octets.set32(segment, tcp + TCP_SEQUENCE_OFFSET, sequenceNumber + k * gsoSize);
        Octets.set8(segment, tcp + TCP_FLAGS_OFFSET, segmentFlags);
        Octets.set16(segment, tcp + TCP_CHECKSUM_OFFSET, checksum(tcp, tcpBytes));
    }

    private void writeUdp(long udp, int udpBytes) {
        Octets.set16(segment, udp + UDP_LENGTH_OFFSET, udpBytes);
        int checksum = checksum(udp, udpBytes);
        // RFC 768: zero would say that there is no checksum.
        Octets.set16(segment, udp + UDP_CHECKSUM_OFFSET, checksum == 0 ? 0xFFFF : checksum);
    }

    private int checksum(long at, int lengthBytes) {
        long sum = InternetChecksum.addField(pseudoHeaderSum, lengthBytes);
        return InternetChecksum.finish(InternetChecksum.add(sum, segment, at, lengthBytes));
    }
}
