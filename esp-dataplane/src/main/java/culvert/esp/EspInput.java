package culvert.esp;

import culvert.tunio.EspReceiver;
import java.lang.foreign.MemorySegment;

/** Packets of a raw socket, one by one; the receiver takes many from the kernel at once. */
final class EspInput implements DatagramInput {
    private static final int ONE = 0;

    private final EspReceiver receiver;

    EspInput(EspReceiver receiver) {
        this.receiver = receiver;
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
}
