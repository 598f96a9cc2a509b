package culvert.tunio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What sendmmsg and recvmmsg take: message headers in a row, each with one I/O vector and one
 * control message of up to 8 bytes; laid out once and then only patched.
 *
 * <pre>
 *  struct mmsghdr (linux/socket.h), 64 bytes
 *  0  header  struct msghdr, see {@link MessageHeader}
 *  56 length  unsigned int, what the kernel has sent or received
 * </pre>
 */
final class MessageBatch {
    private static final int HEADER_BYTES = 64;
    private static final int IOV = 16;
    private static final int IOV_LENGTH = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int LENGTH = 56;
    private static final int IOVEC_BYTES = 16;

    private final MemorySegment memory;
    private final long iovecs;
    private final long controls;

    MessageBatch(int messages) {
        iovecs = (long) messages * HEADER_BYTES;
        controls = iovecs + (long) messages * IOVEC_BYTES;
        long bytes = controls + (long) messages * MessageHeader.CONTROL_SLOT_BYTES;
        memory = Arena.ofAuto().allocate(bytes, Long.BYTES);
        for (int i = 0; i < messages; i++) {
            memory.set(JAVA_LONG, header(i) + IOV, memory.address() + iovec(i));
            memory.set(JAVA_LONG, header(i) + IOV_LENGTH, 1);
        }
    }

    /** What sendmmsg and recvmmsg are given. */
    MemorySegment memory() {
        return memory;
    }

    /** Where the data of a message is that the next call sends or fills. */
    void data(int message, long address, long lengthBytes) {
        memory.set(JAVA_LONG, iovec(message), address);
        memory.set(JAVA_LONG, iovec(message) + 8, lengthBytes);
    }

    /** Lays out the control message that every message shares in {@link #shareControl}. */
    void control(int level, int type, int dataBytes) {
        memory.set(JAVA_LONG, controls, MessageHeader.CONTROL_HEADER_BYTES + dataBytes);
        memory.set(JAVA_INT, controls + 8, level);
        memory.set(JAVA_INT, controls + 12, type);
    }

    /** Has this message carry the one control message that {@link #control} laid out. */
    void shareControl(int message) {
        memory.set(JAVA_LONG, header(message) + CONTROL, memory.address() + controls);
        memory.set(JAVA_LONG, header(message) + CONTROL_LENGTH, MessageHeader.CONTROL_SLOT_BYTES);
    }

    void sharedControlInt(int value) {
        memory.set(JAVA_INT, controls + MessageHeader.CONTROL_HEADER_BYTES, value);
    }

    /** Gives the next receive room for this message's own control message. */
    void ownControl(int message) {
        memory.set(JAVA_LONG, header(message) + CONTROL, memory.address() + controlOf(message));
        memory.set(JAVA_LONG, header(message) + CONTROL_LENGTH, MessageHeader.CONTROL_SLOT_BYTES);
    }

    int flags(int message) {
        return memory.get(JAVA_INT, header(message) + FLAGS);
    }

    /** Bytes of data that the last receive brought in this message. */
    int receivedBytes(int message) {
        return memory.get(JAVA_INT, header(message) + LENGTH);
    }

    /** The integer of a control message of this kind that came with a message, or another value. */
    int receivedControlInt(int message, int level, int type, int otherwise) {
        long at = controlOf(message);
        boolean there =
                memory.get(JAVA_LONG, header(message) + CONTROL_LENGTH)
                                > MessageHeader.CONTROL_HEADER_BYTES
                        && memory.get(JAVA_INT, at + 8) == level
                        && memory.get(JAVA_INT, at + 12) == type;
        return there ? memory.get(JAVA_INT, at + MessageHeader.CONTROL_HEADER_BYTES) : otherwise;
    }

    private static long header(int message) {
        return (long) message * HEADER_BYTES;
    }

    private long iovec(int message) {
        return iovecs + (long) message * IOVEC_BYTES;
    }

    private long controlOf(int message) {
        return controls + (long) message * MessageHeader.CONTROL_SLOT_BYTES;
    }
}
