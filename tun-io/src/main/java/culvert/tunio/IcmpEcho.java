package culvert.tunio;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Echo messages (RFC 792, RFC 4443 4.1), network byte order.
 *
 * <pre>
 *  0      1      2          4            6          8                    16
 *  +------+------+----------+------------+----------+--------------------+----------
 *  | type | code | checksum | identifier | sequence | timeNanos (ours)   | zeroes ...
 *  +------+------+----------+------------+----------+--------------------+----------
 * </pre>
 */
final class IcmpEcho {
    static final int REPLY_V4 = 0;
    static final int REPLY_V6 = 129;

    private static final int REQUEST_V4 = 8;
    private static final int REQUEST_V6 = 128;
    private static final int HEADER_BYTES = 8;
    private static final int MIN_PAYLOAD_BYTES = Long.BYTES;
    private static final int MAX_PAYLOAD_BYTES = 65_000;
    private static final int CHECKSUM = 2;

    static final int MAX_BYTES = HEADER_BYTES + MAX_PAYLOAD_BYTES;

    private IcmpEcho() {}

    static byte[] request(
            boolean inet6, int identifier, int sequence, long timeNanos, int payloadBytes) {
        if (payloadBytes < MIN_PAYLOAD_BYTES || payloadBytes > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    "payload of %d bytes is not within %d to %d"
                            .formatted(payloadBytes, MIN_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES));
        }
        ByteBuffer message = ByteBuffer.allocate(HEADER_BYTES + payloadBytes);
        message.put((byte) (inet6 ? REQUEST_V6 : REQUEST_V4)).put((byte) 0).putShort((short) 0);
        message.putShort((short) identifier).putShort((short) sequence).putLong(timeNanos);
        if (!inet6) {
            // ICMPv6 sums a pseudo-header too, which the kernel knows and does (RFC 3542 3.1).
            message.putShort(CHECKSUM, checksum(message.array()));
        }
        return message.array();
    }

    /** The reply in a received packet; empty when it is something else. */
    static Optional<EchoReply> reply(
            ByteBuffer packet, boolean inet6, int identifier, InetAddress peer) {
        // A raw IPv4 socket delivers the IP header too, a raw IPv6 socket does not.
        int at = inet6 || packet.limit() == 0 ? 0 : (packet.get(0) & 0x0f) * 4;
        if (packet.limit() - at < HEADER_BYTES + MIN_PAYLOAD_BYTES
                || Byte.toUnsignedInt(packet.get(at)) != (inet6 ? REPLY_V6 : REPLY_V4)
                || Short.toUnsignedInt(packet.getShort(at + 4)) != identifier) {
            return Optional.empty();
        }
        return Optional.of(
                new EchoReply(
                        peer,
                        Short.toUnsignedInt(packet.getShort(at + 6)),
                        packet.getLong(at + HEADER_BYTES),
                        packet.limit() - at - HEADER_BYTES));
    }

    /** RFC 1071. */
    private static short checksum(byte[] message) {
        int sum = 0;
        for (int i = 0; i < message.length; i++) {
            sum += Byte.toUnsignedInt(message[i]) << (i % 2 == 0 ? Byte.SIZE : 0);
        }
        while (sum >>> Short.SIZE != 0) {
            sum = (sum & 0xffff) + (sum >>> Short.SIZE);
        }
        return (short) ~sum;
    }
}
