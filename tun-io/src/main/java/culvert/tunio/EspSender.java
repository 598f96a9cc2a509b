package culvert.tunio;

import static culvert.tunio.SocketNumbers.MSG_DONTWAIT;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Sends ESP packets to the peer of a connected {@link EspSocket}, up to {@link #MOST_PACKETS} in
 * one call (sendmmsg). Belongs to one thread; allocates nothing per call.
 */
public final class EspSender {
    public static final int MOST_PACKETS = 64;

    private final EspSocket socket;
    private final MemorySegment callState = Libc.newCallState();
    private final MessageBatch batch = new MessageBatch(MOST_PACKETS);

    EspSender(EspSocket socket, boolean inet6) {
        this.socket = socket;
        batch.control(
                inet6 ? UdpSocket.IPPROTO_IPV6 : UdpSocket.IPPROTO_IP,
                inet6 ? UdpSocket.IPV6_TCLASS : UdpSocket.IP_TOS,
                Integer.BYTES);
        for (int i = 0; i < MOST_PACKETS; i++) {
            batch.shareControl(i);
        }
    }

    /** {@link UdpSender#sendUnfragmented}. */
    public int sendUnfragmented(MemorySegment buffer, long offset, int lengthBytes) {
        if (socket.dontFragment()) {
            return send(buffer, offset, lengthBytes, 0, 0);
        }
        socket.discover(true);
        try {
            return send(buffer, offset, lengthBytes, 0, 0);
        } finally {
            socket.discover(false);
        }
    }

    /**
     * Sends one packet, or a run of packets of equal size whose last may be shorter.
     *
     * @param buffer native memory that stays open during the call
     * @param segmentBytes the size of each packet; 0 or at least lengthBytes: a single packet
     * @param trafficClass TOS or traffic class octet (DSCP and ECN) of the outer headers
     * @return bytes of the packets that were sent, the first ones of the run, or {@code -errno}
     *     when the first was not: EAGAIN, EMSGSIZE, ENETUNREACH
     */
    public int send(
            MemorySegment buffer,
            long offset,
            int lengthBytes,
            int segmentBytes,
            int trafficClass) {
        long address = NativeRange.address(buffer, offset, lengthBytes);
        int each = segmentBytes <= 0 ? lengthBytes : Math.min(segmentBytes, lengthBytes);
        batch.sharedControlInt(trafficClass);
        int packets = 0;
        int at = 0;
        do {
            batch.data(packets++, address + at, Math.min(each, lengthBytes - at));
            at += each;
        } while (at < lengthBytes && packets < MOST_PACKETS);
        int sent;
        try {
            sent = Libc.sendmmsg(callState, socket.fd(), batch.memory(), packets, MSG_DONTWAIT);
        } finally {
            Reference.reachabilityFence(buffer);
        }
        return sent < 0 ? sent : Math.min(sent * each, lengthBytes);
    }
}
