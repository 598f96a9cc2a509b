package culvert.tunio;

import static culvert.tunio.SocketNumbers.MSG_DONTWAIT;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Sends to the peer of a connected {@link UdpSocket}. Belongs to one thread; allocates nothing per
 * call.
 */
public final class UdpSender {
    /** No traffic class is given: the socket's default (0) applies. */
    public static final int NO_TRAFFIC_CLASS = -1;

    private static final int SEGMENT_SLOT = 0;
    private static final int TRAFFIC_CLASS_SLOT = 1;

    private final UdpSocket socket;
    private final MemorySegment callState = Libc.newCallState();
    private final MessageHeader message = new MessageHeader(2);

    UdpSender(UdpSocket socket, boolean inet6) {
        this.socket = socket;
        message.slot(SEGMENT_SLOT, UdpSocket.SOL_UDP, UdpSocket.UDP_SEGMENT, Short.BYTES);
        message.slot(
                TRAFFIC_CLASS_SLOT,
                inet6 ? UdpSocket.IPPROTO_IPV6 : UdpSocket.IPPROTO_IP,
                inet6 ? UdpSocket.IPV6_TCLASS : UdpSocket.IP_TOS,
                Integer.BYTES);
    }

    /**
     * Sends one datagram that no router may fragment, whatever the socket's other datagrams carry:
     * a narrow path answers with ICMP. Meant for a probe now and then.
     */
    public int sendUnfragmented(MemorySegment buffer, long offset, int lengthBytes) {
        if (socket.dontFragment()) {
            return send(buffer, offset, lengthBytes, 0, NO_TRAFFIC_CLASS);
        }
        socket.discover(true);
        try {
            return send(buffer, offset, lengthBytes, 0, NO_TRAFFIC_CLASS);
        } finally {
            socket.discover(false);
        }
    }

    /**
     * Sends one datagram, or a run of datagrams of equal size whose last may be shorter.
     *
     * <p>A run may have 64 datagrams and 65,507 bytes (IPv6: 65,527), more is EINVAL or EMSGSIZE.
     * The caller sends a run singly, and stops making runs, after EIO (the outgoing device has no
     * checksum offload), EINVAL, or EMSGSIZE (a datagram exceeds the MTU of the route).
     *
     * @param buffer native memory that stays open during the call
     * @param segmentBytes the size of each datagram; 0 or at least lengthBytes: a single datagram
     * @param trafficClass TOS or traffic class octet (DSCP and ECN), or {@link #NO_TRAFFIC_CLASS}
     * @return bytes sent, which is all or nothing, or {@code -errno}: EAGAIN when the socket's
     *     buffer is full; ECONNREFUSED and its like report an earlier datagram, this one was not
     *     sent
     */
    public int send(
            MemorySegment buffer,
            long offset,
            int lengthBytes,
            int segmentBytes,
            int trafficClass) {
        message.data(NativeRange.address(buffer, offset, lengthBytes), lengthBytes);
        boolean run = segmentBytes > 0 && segmentBytes < lengthBytes;
        boolean classed = trafficClass > 0; // 0 is the socket's own, and needs no word
        if (run) {
            // gso_size is a u16 in host order; a bigger one cannot be a datagram anyway.
            if (segmentBytes > 0xffff) {
                return -Errno.EMSGSIZE;
            }
            message.slotShort(SEGMENT_SLOT, segmentBytes);
        }
        if (classed) {
            message.slotInt(TRAFFIC_CLASS_SLOT, trafficClass);
        }
        int slots = (run ? 1 : 0) + (classed ? 1 : 0);
        message.control(
                run ? SEGMENT_SLOT : TRAFFIC_CLASS_SLOT, slots * MessageHeader.CONTROL_SLOT_BYTES);
        try {
            return Libc.sendmsg(callState, socket.fd(), message.memory(), MSG_DONTWAIT);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }
}
