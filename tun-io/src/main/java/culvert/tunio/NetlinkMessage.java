package culvert.tunio;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes one netlink message into a buffer: header, fixed body, attributes. Everything is in the
 * host's byte order and aligned to 4.
 *
 * <pre>
 *  struct nlmsghdr (linux/netlink.h)      struct nlattr, as often as needed
 *  0  length u32, header included         0 length u16, without padding
 *  4  type   u16                          2 type   u16
 *  6  flags  u16                          4 value, padded to 4
 *  8  seq    u32
 *  12 pid    u32, 0
 *  16 body of the type, then attributes
 * </pre>
 */
final class NetlinkMessage {
    static final int HEADER_BYTES = 16;
    static final int ATTRIBUTE_HEADER_BYTES = 4;

    // linux/netlink.h, flags
    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_ACK = 0x4;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_REPLACE = 0x100;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;

    private final ByteBuffer buffer;
    private final int start;
    private final int sequence;

    /** Begins at the buffer's position; {@link #finish} leaves the position behind the message. */
    NetlinkMessage(ByteBuffer buffer, int type, int flags, int sequence) {
        this.buffer = buffer;
        this.start = buffer.position();
        this.sequence = sequence;
        buffer.putInt(0).putShort((short) type).putShort((short) (flags | NLM_F_REQUEST));
        buffer.putInt(sequence).putInt(0);
    }

    static int align(int lengthBytes) {
        return lengthBytes + 3 & ~3;
    }

    int sequence() {
        return sequence;
    }

    NetlinkMessage u8(int value) {
        buffer.put((byte) value);
        return this;
    }

    NetlinkMessage u16(int value) {
        buffer.putShort((short) value);
        return this;
    }

    NetlinkMessage u32(int value) {
        buffer.putInt(value);
        return this;
    }

    NetlinkMessage attribute(int type, int value) {
        return attributeHeader(type, Integer.BYTES).u32(value);
    }

    NetlinkMessage attribute(int type, InetAddress address) {
        return attribute(type, address.getAddress());
    }

    /** The text with its final zero, as NLA_STRING wants it. */
    NetlinkMessage attribute(int type, String text) {
        return attribute(type, (text + '\0').getBytes(StandardCharsets.UTF_8));
    }

    NetlinkMessage attribute(int type, byte[] value) {
        attributeHeader(type, value.length);
        buffer.put(value);
        for (int i = value.length; i < align(value.length); i++) {
            buffer.put((byte) 0);
        }
        return this;
    }

    NetlinkMessage attributeHeader(int type, int valueBytes) {
        return u16(ATTRIBUTE_HEADER_BYTES + valueBytes).u16(type);
    }

    void addFlags(int flags) {
        buffer.putShort(start + 6, (short) (buffer.getShort(start + 6) | flags));
    }

    /** Fixes the length; what is written after it belongs to the next message. */
    NetlinkMessage finish() {
        buffer.putInt(start, buffer.position() - start);
        return this;
    }
}
