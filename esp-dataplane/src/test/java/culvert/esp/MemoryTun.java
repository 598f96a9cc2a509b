package culvert.esp;

import culvert.tunio.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A TUN device made of two lists. */
final class MemoryTun implements TunPort {
    final Deque<byte[]> readable = new ArrayDeque<>();
    final List<byte[]> written = new ArrayList<>();
    final Deque<Integer> writeErrors = new ArrayDeque<>();
    final Deque<Integer> readErrors = new ArrayDeque<>();
    final List<String> segmentation = new ArrayList<>();
    int readError = Errno.EAGAIN;

    @Override
    public int read(MemorySegment buffer, long offset, int lengthBytes) {
        Integer error = readErrors.poll();
        if (error != null && error != 0) {
            return -error;
        }
        byte[] packet = readable.poll();
        if (packet == null) {
            return -readError;
        }
        MemorySegment.copy(packet, 0, buffer, ValueLayout.JAVA_BYTE, offset, packet.length);
        return packet.length;
    }

    @Override
    public int write(MemorySegment buffer, long offset, int lengthBytes) {
        Integer error = writeErrors.poll();
        if (error != null && error != 0) {
            return -error;
        }
        written.add(buffer.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE));
        return lengthBytes;
    }

    @Override
    public int setSegmentation(boolean tcp, boolean udp) {
        segmentation.add("tcp " + tcp + ", udp " + udp);
        return 0;
    }

    /** What was written, as complete packets. */
    List<byte[]> packets() {
        return written.stream().flatMap(packet -> TestPackets.split(packet).stream()).toList();
    }
}
