package culvert.esp;

import java.lang.foreign.MemorySegment;

/**
 * A TUN device as the paths use it: {@link culvert.tunio.TunDevice}, or memory in warm-up and
 * tests. Every packet is preceded by a {@link culvert.esp.ip.VnetHeader}; both calls return octets
 * or {@code -errno} and do not block.
 */
interface TunPort {
    int read(MemorySegment buffer, long offset, int lengthBytes);

    int write(MemorySegment buffer, long offset, int lengthBytes);

    /**
     * Chooses which superpackets reads may bring from now on; those that wait in the device's queue
     * still come as they are.
     */
    int setSegmentation(boolean tcp, boolean udp);
}
