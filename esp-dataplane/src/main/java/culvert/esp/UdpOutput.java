package culvert.esp;

import culvert.tunio.UdpSender;
import java.lang.foreign.MemorySegment;

/** The sending side of a UDP socket. */
record UdpOutput(UdpSender sender) implements DatagramOutput {
    @Override
    public int send(
            MemorySegment buffer,
            long offset,
            int lengthBytes,
            int segmentBytes,
            int trafficClass) {
        return sender.send(buffer, offset, lengthBytes, segmentBytes, trafficClass);
    }

    @Override
    public int sendUnfragmented(MemorySegment buffer, long offset, int lengthBytes) {
        return sender.sendUnfragmented(buffer, offset, lengthBytes);
    }
}
