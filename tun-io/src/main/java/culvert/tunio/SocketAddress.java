package culvert.tunio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * Socket addresses as the kernel lays them out.
 *
 * <pre>
 *  struct sockaddr_in  (linux/in.h), 16 bytes   struct sockaddr_in6 (linux/in6.h), 28 bytes
 *  0  family  u16 host order                    0  family   u16 host order
 *  2  port    u16 network order                 2  port     u16 network order
 *  4  address 4 bytes                           4  flowinfo u32
 *  8  zero    8 bytes                           8  address  16 bytes
 *                                               24 scope_id u32 host order
 * </pre>
 */
final class SocketAddress {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    /** Room for either kind. */
    static final int MAX_BYTES = 28;

    private static final int INET_BYTES = 16;

    private static final ValueLayout.OfShort PORT =
            JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddress() {}

    static int family(InetAddress address) {
        return switch (address) {
            case Inet4Address _ -> AF_INET;
            case Inet6Address _ -> AF_INET6;
            default -> throw new IllegalArgumentException("not an IP address: " + address);
        };
    }

    /** A segment that is exactly as long as the address. */
    static MemorySegment encode(SegmentAllocator allocator, InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            throw new IllegalArgumentException(
                    address.getHostString() + " is a name, not an address");
        }
        boolean inet = family(ip) == AF_INET;
        MemorySegment segment = allocator.allocate(inet ? INET_BYTES : MAX_BYTES, Long.BYTES);
        segment.set(JAVA_SHORT_UNALIGNED, 0, (short) family(ip));
        segment.set(PORT, 2, (short) address.getPort());
        byte[] bytes = ip.getAddress();
        MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, inet ? 4 : 8, bytes.length);
        if (ip instanceof Inet6Address inet6) {
            segment.set(JAVA_INT_UNALIGNED, 24, inet6.getScopeId());
        }
        return segment;
    }

    static InetSocketAddress decode(MemorySegment segment) {
        boolean inet = segment.get(JAVA_SHORT_UNALIGNED, 0) == AF_INET;
        byte[] bytes = new byte[inet ? 4 : 16];
        MemorySegment.copy(segment, JAVA_BYTE, inet ? 4 : 8, bytes, 0, bytes.length);
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(bytes), Short.toUnsignedInt(segment.get(PORT, 2)));
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    /** {@code 192.0.2.1:500} or {@code [2001:db8::1]:500}. */
    static String text(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            return address.getHostString() + ":" + address.getPort();
        }
        String host = ip.getHostAddress();
        return (ip instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
