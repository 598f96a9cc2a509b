package culvert.esp;

import culvert.tunio.EspReceiver;
import culvert.tunio.EspSocket;
import culvert.tunio.SocketErrors;
import java.lang.foreign.MemorySegment;

/**
 * Packets of a raw socket, one by one, and its error queue; the receiver takes many packets from
 * the kernel at once.
 */
final class EspInput implements DatagramInput {
    private static final int ONE = 0;

    private final EspReceiver receiver;
    private final SocketErrors errors;

    EspInput(EspSocket socket) {
        receiver = socket.newReceiver();
        errors = socket.newErrors();
    }

    @Override
    public MemorySegment buffer() {
        return receiver.buffer();
    }

    @Override
    public int receive() {
        return receiver.receive();
    }

    @Override
    public int offset() {
        return receiver.offset();
    }

    @Override
    public int segmentBytes() {
        return ONE;
    }

    @Override
    public int trafficClass() {
        return receiver.trafficClass();
    }

    /** The kernel joins nothing here. */
    @Override
    public int turnOffReceiveOffload() {
        return 0;
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
