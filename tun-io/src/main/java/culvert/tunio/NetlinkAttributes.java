package culvert.tunio;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The attributes behind the fixed body of a received message, by type ({@link NetlinkMessage}). */
final class NetlinkAttributes {
    /** NLA_TYPE_MASK: two flag bits lie above the type. */
    private static final int TYPE_MASK = 0x3fff;

    private final Map<Integer, byte[]> values = new HashMap<>();
    private final ByteBuffer order;

    /**
     * Reads attributes from here to the end. The kernel wrote them, so whatever has an impossible
     * length ends the reading instead of failing it.
     */
    NetlinkAttributes(ByteBuffer message, int fromOffset) {
        order = message;
        int at = fromOffset;
        while (at + NetlinkMessage.ATTRIBUTE_HEADER_BYTES <= message.limit()) {
            int length = Short.toUnsignedInt(message.getShort(at));
            if (length < NetlinkMessage.ATTRIBUTE_HEADER_BYTES || at + length > message.limit()) {
                return;
            }
            byte[] value = new byte[length - NetlinkMessage.ATTRIBUTE_HEADER_BYTES];
            message.get(at + NetlinkMessage.ATTRIBUTE_HEADER_BYTES, value);
            values.put(message.getShort(at + 2) & TYPE_MASK, value);
            at += NetlinkMessage.align(length);
        }
    }

    boolean has(int type) {
        return values.containsKey(type);
    }

    OptionalInt number(int type) {
        byte[] value = values.get(type);
        return value == null || value.length < Integer.BYTES
                ? OptionalInt.empty()
                : OptionalInt.of(ByteBuffer.wrap(value).order(order.order()).getInt());
    }

    Optional<InetAddress> address(int type) {
        byte[] value = values.get(type);
        if (value == null || (value.length != 4 && value.length != 16)) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByAddress(value));
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    Optional<String> text(int type) {
        byte[] value = values.get(type);
        if (value == null) {
            return Optional.empty();
        }
        int length = value.length;
        while (length > 0 && value[length - 1] == 0) {
            length--;
        }
        return Optional.of(new String(value, 0, length, StandardCharsets.UTF_8));
    }

    /** The value in the host's byte order; empty when absent. */
    ByteBuffer bytes(int type) {
        return ByteBuffer.wrap(values.getOrDefault(type, new byte[0])).order(order.order());
    }
}
