package culvert.tunio;

import static culvert.tunio.SocketNumbers.MSG_DONTWAIT;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Receives ESP packets from the peer of an {@link EspSocket}: takes up to {@link #MOST_PACKETS}
 * from the kernel in one call (recvmmsg) and gives them one by one. Belongs to one thread;
 * allocates nothing per call.
 */
public final class EspReceiver {
    /** More bring little: the calls loop in the kernel. */
    static final int MOST_PACKETS = 32;

    /** An IPv4 packet with its header, and an IPv6 packet without, cannot be longer. */
    private static final int LONGEST_PACKET_BYTES = 65_535;

    // Apart by more than the packets' room, and no power of two: the beginnings of all packets
    // would share few sets of the processor's caches.
    private static final int STRIDE_BYTES = 65_536 + 1536 + 64;

    private static final int NO_PAYLOAD = 0;

    private final EspSocket socket;
    private final boolean inet6;
    private final MemorySegment callState = Libc.newCallState();
    private final MessageBatch batch = new MessageBatch(MOST_PACKETS);
    private final MemorySegment buffer =
            Arena.ofAuto().allocate((long) MOST_PACKETS * STRIDE_BYTES, 64);
    private int packets;
    private int current = -1;
    private int offset;
    private int trafficClass;

    EspReceiver(EspSocket socket, boolean inet6) {
        this.socket = socket;
        this.inet6 = inet6;
        for (int i = 0; i < MOST_PACKETS; i++) {
            batch.data(i, buffer.address() + (long) i * STRIDE_BYTES, LONGEST_PACKET_BYTES);
        }
    }

    /**
     * The next packet, without waiting.
     *
     * @return bytes from SPI to ICV, which are at {@link #offset} in {@link #buffer}; 0 when the
     *     outer header does not hold together; or {@code -errno}: EAGAIN when there is none,
     *     EHOSTUNREACH, ENOPROTOOPT and their like when an ICMP error arrived for something sent
     *     before
     */
    public int receive() {
        if (++current >= packets) {
            int result = receiveBatch();
            if (result <= 0) {
                return result == 0 ? -Errno.EAGAIN : result;
            }
        }
        return locate(current * STRIDE_BYTES, batch.receivedBytes(current));
    }

    private int receiveBatch() {
        current = 0;
        packets = 0;
        if (inet6) {
            for (int i = 0; i < MOST_PACKETS; i++) {
                batch.ownControl(i);
            }
        }
        int result =
                Libc.recvmmsg(callState, socket.fd(), batch.memory(), MOST_PACKETS, MSG_DONTWAIT);
        packets = Math.max(result, 0);
        return result;
    }

    /** A raw IPv4 socket shows the IP header, a raw IPv6 socket does not (raw(7), RFC 3542 3). */
    private int locate(int start, int receivedBytes) {
        if (inet6) {
            offset = start;
            trafficClass =
                    batch.receivedControlInt(
                            current, UdpSocket.IPPROTO_IPV6, UdpSocket.IPV6_TCLASS, 0);
            return receivedBytes;
        }
        int headerBytes = ipv4HeaderBytes(buffer, start, receivedBytes);
        offset = start + headerBytes;
        trafficClass = headerBytes == 0 ? 0 : Byte.toUnsignedInt(buffer.get(JAVA_BYTE, start + 1L));
        return headerBytes == 0 ? NO_PAYLOAD : receivedBytes - headerBytes;
    }

    /** RFC 791 3.1: version and length in words, options included; 0 when that cannot be. */
    static int ipv4HeaderBytes(MemorySegment packet, long offset, int lengthBytes) {
        if (lengthBytes < 20) {
            return 0;
        }
        int versionAndWords = packet.get(JAVA_BYTE, offset);
        int headerBytes = (versionAndWords & 0x0f) * Integer.BYTES;
        boolean sound =
                versionAndWords >>> 4 == 4 && headerBytes >= 20 && headerBytes <= lengthBytes;
        return sound ? headerBytes : 0;
    }

    /** Where packets are; the same memory always. */
    public MemorySegment buffer() {
        return buffer;
    }

    /** Where the packet of the last receive begins. */
    public int offset() {
        return offset;
    }

    /** TOS or traffic class octet of the outer header of the last receive. */
    public int trafficClass() {
        return trafficClass;
    }
}
