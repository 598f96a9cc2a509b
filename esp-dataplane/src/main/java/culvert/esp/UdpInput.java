package culvert.esp;

import culvert.tunio.UdpReceiver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Datagrams of a UDP socket, which the kernel may have joined (UDP_GRO). */
final class UdpInput implements DatagramInput {
    private static final int LONGEST_RECEIVE_BYTES = 65_535;

    private final UdpReceiver receiver;
    private final MemorySegment buffer;

    UdpInput(UdpReceiver receiver, Arena arena) {
        this.receiver = receiver;
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
}
