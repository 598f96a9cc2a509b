package culvert.tunio;

import static culvert.tunio.SocketNumbers.MSG_DONTWAIT;
import static culvert.tunio.SocketNumbers.MSG_TRUNC;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Receives from a {@link UdpSocket}. Belongs to one thread; allocates nothing per call.
 *
 * <p>With {@link UdpSocket#receiveOffload} one receive may bring a run of datagrams, one after the
 * other, each {@link #segmentBytes} long except a shorter last. Give it 64 KiB of room.
 */
public final class UdpReceiver {
    /** The kernel told no traffic class. */
    public static final int NO_TRAFFIC_CLASS = -1;

    private final UdpSocket socket;
    private final MemorySegment callState = Libc.newCallState();
    private final MessageHeader message = new MessageHeader(4);
    private int segmentBytes;
    private int trafficClass = NO_TRAFFIC_CLASS;

    UdpReceiver(UdpSocket socket) {
        this.socket = socket;
    }

    /**
     * Receives one datagram or one run of datagrams, without waiting.
     *
     * @param buffer native memory that stays open during the call
     * @return bytes (0 is an empty datagram), or {@code -errno}: EAGAIN when there is none,
     *     EMSGSIZE when it was longer than the room for it and is lost, ECONNREFUSED and its like
     *     when an ICMP error arrived for something sent before
     */
    public int receive(MemorySegment buffer, long offset, int lengthBytes) {
        message.data(NativeRange.address(buffer, offset, lengthBytes), lengthBytes);
        message.allControl();
        int received;
        try {
            received = Libc.recvmsg(callState, socket.fd(), message.memory(), MSG_DONTWAIT);
        } finally {
            Reference.reachabilityFence(buffer);
        }
        if (received < 0) {
            return received;
        }
        if ((message.flags() & MSG_TRUNC) != 0) {
            return -Errno.EMSGSIZE;
        }
        segmentBytes = received;
        trafficClass = NO_TRAFFIC_CLASS;
        readControl();
        return received;
    }

    /** The size of each datagram of the last receive; its whole length when it was one datagram. */
    public int segmentBytes() {
        return segmentBytes;
    }

    /** TOS or traffic class octet of the last receive, or {@link #NO_TRAFFIC_CLASS}. */
    public int trafficClass() {
        return trafficClass;
    }

    private void readControl() {
        long end = message.receivedControlBytes();
        long at = 0;
        while (at + MessageHeader.CONTROL_HEADER_BYTES <= end) {
            int level = message.controlLevel(at);
            int type = message.controlType(at);
            if (level == UdpSocket.SOL_UDP && type == UdpSocket.UDP_GRO) {
                segmentBytes = message.controlInt(at);
            } else if (level == UdpSocket.IPPROTO_IP && type == UdpSocket.IP_TOS) {
                trafficClass = message.controlByte(at);
            } else if (level == UdpSocket.IPPROTO_IPV6 && type == UdpSocket.IPV6_TCLASS) {
                trafficClass = message.controlInt(at);
            }
            long length = message.controlLength(at);
            if (length < MessageHeader.CONTROL_HEADER_BYTES) {
                return;
            }
            at = MessageHeader.nextControl(at, length);
        }
    }
}
