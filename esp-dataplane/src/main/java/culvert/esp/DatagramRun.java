package culvert.esp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Sealed datagrams that one send with UDP_SEGMENT can carry: contiguous, of equal length and
 * traffic class; a shorter one ends the run.
 */
final class DatagramRun {
    /** UDP_MAX_SEGMENTS of linux/udp.h before it was raised to 128. */
    static final int MOST_DATAGRAMS = 64;

    /** The longest UDP payload over IPv4; a run may not exceed it either. */
    static final int MOST_BYTES = 65_507;

    private final MemorySegment buffer;
    private final int[] innerBytes = new int[MOST_DATAGRAMS];
    private int lengthBytes;
    private int segmentBytes;
    private int datagrams;
    private int trafficClass;
    private boolean ended;

    DatagramRun(Arena arena) {
        buffer = arena.allocate(MOST_BYTES, 64);
    }

    /** Whether a datagram may follow those that are here. */
    boolean accepts(int datagramBytes, int datagramTrafficClass) {
        if (datagrams == 0) {
            return datagramBytes <= MOST_BYTES;
        }
        return !ended
                && datagrams < MOST_DATAGRAMS
                && datagramBytes <= segmentBytes
                && datagramTrafficClass == trafficClass
                && lengthBytes + datagramBytes <= MOST_BYTES;
    }

    MemorySegment buffer() {
        return buffer;
    }

    /** Where the next datagram has to be written. */
    int end() {
        return lengthBytes;
    }

    /** Takes the datagram that was written at {@link #end}; it must have been accepted. */
    void append(int datagramBytes, int datagramTrafficClass, int packetBytes) {
        if (datagrams == 0) {
            segmentBytes = datagramBytes;
            trafficClass = datagramTrafficClass;
        }
        ended = datagramBytes < segmentBytes;
        innerBytes[datagrams++] = packetBytes;
        lengthBytes += datagramBytes;
    }

    int datagrams() {
        return datagrams;
    }

    /** Octets of each datagram but perhaps the last. */
    int segmentBytes() {
        return segmentBytes;
    }

    int trafficClass() {
        return trafficClass;
    }

    /** Octets of the inner packet in the datagram. */
    int innerBytes(int datagram) {
        return innerBytes[datagram];
    }

    void clear() {
        lengthBytes = 0;
        datagrams = 0;
        ended = false;
    }
}
