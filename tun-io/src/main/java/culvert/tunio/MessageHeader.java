package culvert.tunio;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What sendmsg and recvmsg take: a message header, one I/O vector and room for control messages, in
 * one block of native memory that is laid out once and then only patched.
 *
 * <pre>
 *  struct msghdr (linux/socket.h), 56 bytes     struct iovec (linux/uio.h), 16 bytes
 *  0  name        pointer                       0  base   pointer
 *  8  namelen     int                           8  length size_t
 *  16 iov         pointer
 *  24 iovlen      size_t                        struct cmsghdr (linux/socket.h), 16 bytes, then
 *  32 control     pointer                       its data, padded to 8
 *  40 controllen  size_t                        0  length size_t, header included
 *  48 flags       int                           8  level  int
 *                                               12 type   int
 * </pre>
 */
final class MessageHeader {
    static final int CONTROL_HEADER_BYTES = 16;

    /** One control message with up to 8 bytes of data (CMSG_SPACE). */
    static final int CONTROL_SLOT_BYTES = 24;

    private static final int NAME = 0;
    private static final int NAME_LENGTH = 8;
    private static final int IOV = 16;
    private static final int IOV_LENGTH = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int IOVEC = 56;
    private static final int CONTROL_AREA = IOVEC + 16;

    private final MemorySegment memory;
    private final long controlBytes;

    MessageHeader(int controlSlots) {
        controlBytes = (long) controlSlots * CONTROL_SLOT_BYTES;
        memory = Arena.ofAuto().allocate(CONTROL_AREA + controlBytes, Long.BYTES);
        memory.set(JAVA_LONG, IOV, memory.address() + IOVEC);
        memory.set(JAVA_LONG, IOV_LENGTH, 1);
    }

    /** What sendmsg and recvmsg are given. */
    MemorySegment memory() {
        return memory;
    }

    /** Where the data is that the next call sends or fills. */
    void data(long address, long lengthBytes) {
        memory.set(JAVA_LONG, IOVEC, address);
        memory.set(JAVA_LONG, IOVEC + 8, lengthBytes);
    }

    /** The peer's address for the next call; its memory must outlive that call. */
    void name(MemorySegment address) {
        memory.set(ADDRESS, NAME, address);
        memory.set(JAVA_INT, NAME_LENGTH, (int) address.byteSize());
    }

    /** How many bytes of control messages the next call carries, from this slot on. */
    void control(int firstSlot, int lengthBytes) {
        memory.set(
                JAVA_LONG,
                CONTROL,
                lengthBytes == 0
                        ? 0
                        : memory.address() + CONTROL_AREA + (long) firstSlot * CONTROL_SLOT_BYTES);
        memory.set(JAVA_LONG, CONTROL_LENGTH, lengthBytes);
    }

    void allControl() {
        control(0, (int) controlBytes);
    }

    /** Lays out a control message; {@link #slotInt} and {@link #slotShort} fill its data. */
    void slot(int slot, int level, int type, int dataBytes) {
        long at = slotOffset(slot);
        memory.set(JAVA_LONG, at, CONTROL_HEADER_BYTES + dataBytes);
        memory.set(JAVA_INT, at + 8, level);
        memory.set(JAVA_INT, at + 12, type);
    }

    void slotInt(int slot, int value) {
        memory.set(JAVA_INT, slotOffset(slot) + CONTROL_HEADER_BYTES, value);
    }

    void slotShort(int slot, int value) {
        memory.set(JAVA_SHORT, slotOffset(slot) + CONTROL_HEADER_BYTES, (short) value);
    }

    int flags() {
        return memory.get(JAVA_INT, FLAGS);
    }

    /** Bytes of control messages that the last receive brought. */
    long receivedControlBytes() {
        return memory.get(JAVA_LONG, CONTROL_LENGTH);
    }

    long controlLength(long at) {
        return memory.get(JAVA_LONG, CONTROL_AREA + at);
    }

    int controlLevel(long at) {
        return memory.get(JAVA_INT, CONTROL_AREA + at + 8);
    }

    int controlType(long at) {
        return memory.get(JAVA_INT, CONTROL_AREA + at + 12);
    }

    int controlInt(long at) {
        return memory.get(JAVA_INT, CONTROL_AREA + at + CONTROL_HEADER_BYTES);
    }

    /** An int at this place of the control message's data. */
    int controlInt(long at, int place) {
        return memory.get(JAVA_INT, CONTROL_AREA + at + CONTROL_HEADER_BYTES + place);
    }

    int controlByte(long at) {
        return controlByte(at, 0);
    }

    int controlByte(long at, int place) {
        return Byte.toUnsignedInt(
                memory.get(JAVA_BYTE, CONTROL_AREA + at + CONTROL_HEADER_BYTES + place));
    }

    /** CMSG_NXTHDR: lengths are rounded up to 8. */
    static long nextControl(long at, long lengthBytes) {
        return at + (lengthBytes + 7 & -8);
    }

    private static long slotOffset(int slot) {
        return CONTROL_AREA + (long) slot * CONTROL_SLOT_BYTES;
    }
}
