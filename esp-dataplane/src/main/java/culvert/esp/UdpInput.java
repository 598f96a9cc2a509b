package culvert.esp;

import culvert.tunio.SocketErrors;
import culvert.tunio.UdpReceiver;
import culvert.tunio.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Datagrams of a UDP socket, which the kernel may have joined (UDP_GRO), and its error queue. */
final class UdpInput implements DatagramInput {
    private static final int LONGEST_RECEIVE_BYTES = 65_535;

    private final UdpSocket socket;
    private final UdpReceiver receiver;
    private final SocketErrors errors;
    private final MemorySegment buffer;

    UdpInput(UdpSocket socket, Arena arena) {
        this.socket = socket;
        receiver = socket.newReceiver();
        errors = socket.newErrors();
        buffer = arena.allocate(LONGEST_RECEIVE_BYTES, 64);
    }

    @Override
    public MemorySegment buffer() {
        return buffer;
    }

    @Override
    public int receive() {
        return receiver.receive(buffer, 0, LONGEST_RECEIVE_BYTES);
    }

    @Override
    public int offset() {
        return 0;
    }

    @Override
    public int segmentBytes() {
        return receiver.segmentBytes();
    }

    @Override
    public int trafficClass() {
        return receiver.trafficClass();
    }

    @Override
    public int turnOffReceiveOffload() {
        return socket.turnOffReceiveOffload();
    }

    @Override
    public int nextError() {
        return errors.next();
    }

    @Override
    public int errorMtuBytes() {
        return errors.mtuBytes();
    }

    @Override
    public boolean errorQuotesHead() {
        return errors.quotesHead();
    }

    @Override
    public int errorQuotedHead() {
        return errors.quotedHead();
    }
}
