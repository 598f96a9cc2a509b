package culvert.esp;

import culvert.tunio.SocketErrors;
import culvert.tunio.UdpReceiver;
import culvert.tunio.UdpSocket;
import java.lang.foreign.MemorySegment;

/** The receiving side of a real socket, with its error queue. */
record SocketInput(UdpSocket socket, UdpReceiver receiver, SocketErrors errors)
        implements DatagramInput {
    static SocketInput of(UdpSocket socket) {
        return new SocketInput(socket, socket.newReceiver(), socket.newErrors());
    }

    @Override
    public int receive(MemorySegment buffer, long offset, int lengthBytes) {
        return receiver.receive(buffer, offset, lengthBytes);
    }

    @Override
    public int turnOffReceiveOffload() {
        return socket.turnOffReceiveOffload();
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
