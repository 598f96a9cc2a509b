package culvert.esp;

import culvert.tunio.TunDevice;
import java.lang.foreign.MemorySegment;

/** A real TUN device. */
record DevicePort(TunDevice device) implements TunPort {
    @Override
    public int read(MemorySegment buffer, long offset, int lengthBytes) {
        return device.read(buffer, offset, lengthBytes);
    }

    @Override
    public int write(MemorySegment buffer, long offset, int lengthBytes) {
        return device.write(buffer, offset, lengthBytes);
    }

    @Override
    public int setSegmentation(boolean tcp, boolean udp) {
        return device.setSegmentation(tcp, udp);
    }
}
