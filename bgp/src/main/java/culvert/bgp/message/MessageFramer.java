package culvert.bgp.message;

import java.util.Arrays;

/**
 * Cuts the octets of a TCP connection into messages and checks their headers (RFC 4271 4.1, 6.1).
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |                     Marker (16 octets of ones)                |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |          Length               |      Type     |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * Holds at most one message that is not complete, next to what was fed last.
 */
public final class MessageFramer {
    public static final int MAXIMUM_OCTETS = 4096;
    public static final int EXTENDED_MAXIMUM_OCTETS = 65_535;
    static final int MARKER_OCTETS = 16;
    static final int HEADER_OCTETS = 19;

    private final int maximumOctets;
    private byte[] buffer = new byte[MAXIMUM_OCTETS];
    private int start;
    private int end;

    /**
     * @param extendedMessages whether our OPEN offers to take long messages (RFC 8654)
     */
    public MessageFramer(boolean extendedMessages) {
        this.maximumOctets = extendedMessages ? EXTENDED_MAXIMUM_OCTETS : MAXIMUM_OCTETS;
    }

    /** What stands at the front of the octets fed so far. */
    public sealed interface Frame {
        /** A message whose header is in order. */
        record Whole(int type, Octets body) implements Frame {}

        record Incomplete() implements Frame {}

        record Malformed(DecodeError error) implements Frame {}
    }

    public void feed(byte[] octets) {
        int held = end - start;
        if (end + octets.length > buffer.length) {
            byte[] target =
                    held + octets.length > buffer.length
                            ? new byte[Math.max(held + octets.length, MAXIMUM_OCTETS)]
                            : buffer;
            System.arraycopy(buffer, start, target, 0, held);
            buffer = target;
            start = 0;
            end = held;
        }
        System.arraycopy(octets, 0, buffer, end, octets.length);
        end += octets.length;
    }

    /** Takes the next message off the front. After {@code Malformed} the rest means nothing. */
    public Frame next() {
        int held = end - start;
        for (int i = start; i < Math.min(end, start + MARKER_OCTETS); i++) {
            if (buffer[i] != (byte) 0xFF) {
                return malformed("the marker is not all ones", 1, Octets.EMPTY);
            }
        }
        if (held < HEADER_OCTETS) {
            return new Frame.Incomplete();
        }
        OctetReader header = new OctetReader(buffer, start + MARKER_OCTETS, end);
        int length = header.u16();
        int type = header.u8();
        // RFC 4271 6.1: the data is the type octet for a bad type, the length field for a bad
        // length. Length first: a stranger on the port fails here with the least ado.
        Octets lengthField = Octets.of(length >>> 8, length & 0xFF);
        if (length < HEADER_OCTETS || length > maximumOctets) {
            return malformed("a message cannot have " + length + " octets", 2, lengthField);
        }
        if (type < MessageType.OPEN || type > MessageType.ROUTE_REFRESH) {
            return malformed("there is no message of type " + type, 3, Octets.of(type));
        }
        if (length < minimumOctets(type) || length > maximumOctets(type)) {
            return malformed(
                    "%s cannot have %d octets".formatted(MessageType.name(type), length),
                    2,
                    lengthField);
        }
        if (held < length) {
            return new Frame.Incomplete();
        }
        Octets body = Octets.copyOf(buffer, start + HEADER_OCTETS, start + length);
        start += length;
        if (start == end) {
            start = 0;
            end = 0;
            if (buffer.length > EXTENDED_MAXIMUM_OCTETS) {
                buffer = Arrays.copyOf(buffer, MAXIMUM_OCTETS);
            }
        }
        return new Frame.Whole(type, body);
    }

    private static int minimumOctets(int type) {
        return switch (type) {
            case MessageType.OPEN -> 29;
            case MessageType.UPDATE, MessageType.ROUTE_REFRESH -> 23;
            // RFC 4271 6.1 has 21 octets for a NOTIFICATION, but 6.4 forbids to answer a short one.
            default -> HEADER_OCTETS;
        };
    }

    private int maximumOctets(int type) {
        return switch (type) {
            case MessageType.KEEPALIVE -> HEADER_OCTETS;
            case MessageType.OPEN -> MAXIMUM_OCTETS; // RFC 8654 4: an OPEN is never long
            default -> maximumOctets;
        };
    }

    private static Frame malformed(String what, int subcode, Octets data) {
        return new Frame.Malformed(
                DecodeError.reset(
                        what, new Notification(Notification.HEADER_ERROR, subcode, data)));
    }
}
