package culvert.esp;

import culvert.esp.ip.IpPacket;
import culvert.esp.ip.Octets;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which inner packets a capture wants. It is asked on the packet threads, so that a capture of one
 * host is not crowded out by the others: it allocates nothing and takes any octets.
 */
public final class CaptureFilter {
    /** Every packet. */
    public static final CaptureFilter ALL =
            new CaptureFilter(Optional.empty(), OptionalInt.empty());

    private static final int IPV4_SOURCE = 12;
    private static final int IPV4_DESTINATION = 16;
    private static final int IPV6_SOURCE = 8;
    private static final int IPV6_DESTINATION = 24;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final int ANY_PORT = -1;

    private final byte[] host;
    private final int port;

    /**
     * @param host source or destination; absent: any
     * @param port source or destination of TCP or UDP; absent: any, and every other protocol too
     */
    public CaptureFilter(Optional<InetAddress> host, OptionalInt port) {
        this.host = host.map(InetAddress::getAddress).orElse(new byte[0]);
        this.port = port.orElse(ANY_PORT);
    }

    boolean admits(MemorySegment packet, long offset, int lengthBytes) {
        if (lengthBytes < IpPacket.IPV4_HEADER_BYTES) {
            return host.length == 0 && port == ANY_PORT;
        }
        boolean ipv4 = Octets.get8(packet, offset) >>> 4 == 4;
        if (!ipv4 && lengthBytes < IpPacket.IPV6_HEADER_BYTES) {
            return host.length == 0 && port == ANY_PORT;
        }
        return admitsHost(packet, offset, ipv4) && admitsPort(packet, offset, lengthBytes, ipv4);
    }

    private boolean admitsHost(MemorySegment packet, long offset, boolean ipv4) {
        if (host.length == 0) {
            return true;
        }
        int source = ipv4 ? IPV4_SOURCE : IPV6_SOURCE;
        int destination = ipv4 ? IPV4_DESTINATION : IPV6_DESTINATION;
        return host.length == destination - source
                && (isHost(packet, offset + source) || isHost(packet, offset + destination));
    }

    private boolean isHost(MemorySegment packet, long at) {
        for (int i = 0; i < host.length; i++) {
            if (Octets.get8(packet, at + i) != (host[i] & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    /** Ports are where they are without extension headers; a later fragment has none. */
    private boolean admitsPort(MemorySegment packet, long offset, int lengthBytes, boolean ipv4) {
        if (port == ANY_PORT) {
            return true;
        }
        int headerBytes =
                ipv4
                        ? (Octets.get8(packet, offset) & 0xF) * Integer.BYTES
                        : IpPacket.IPV6_HEADER_BYTES;
        int protocol = Octets.get8(packet, offset + (ipv4 ? 9 : IPV6_NEXT_HEADER));
        boolean laterFragment = ipv4 && (Octets.get16(packet, offset + 6) & 0x1FFF) != 0;
        if ((protocol != IpPacket.TCP && protocol != IpPacket.UDP)
                || laterFragment
                || lengthBytes < headerBytes + Integer.BYTES) {
            return false;
        }
        return Octets.get16(packet, offset + headerBytes) == port
                || Octets.get16(packet, offset + headerBytes + Short.BYTES) == port;
    }
}
