package culvert.ike.message;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The fixed header (RFC 7296 3.1).
 *
 * <pre>
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+
 * |                 IKE SA Initiator's SPI (64)                   |
 * +---------------------------------------------------------------+
 * |                 IKE SA Responder's SPI (64)                   |
 * +---------------+-------+-------+---------------+---------------+
 * | Next Payload  | Major | Minor | Exchange Type | 0 0 R V I 0 0 0
 * +---------------+-------+-------+---------------+---------------+
 * |                          Message ID                           |
 * +---------------------------------------------------------------+
 * |                 Length, this header included                  |
 * +---------------------------------------------------------------+
 * </pre>
 */
final class HeaderCodec {
    static final int NEXT_PAYLOAD_AT = 16;
    private static final int VERSION_AT = 17;
    private static final int EXCHANGE_TYPE_AT = 18;
    private static final int FLAGS_AT = 19;
    private static final int MESSAGE_ID_AT = 20;
    static final int LENGTH_AT = 24;

    private static final int MAJOR_VERSION = 2;
    private static final int RESPONSE = 0x20;
    private static final int INITIATOR = 0x08;

    private HeaderCodec() {}

    /** Why these octets cannot be an IKEv2 message at all; empty when they may be one. */
    static Optional<String> fault(byte[] datagram) {
        if (datagram.length < IkeHeader.LENGTH_BYTES) {
            return Optional.of(datagram.length + " octets are shorter than an IKE header");
        }
        int major = (datagram[VERSION_AT] & 0xFF) >> 4;
        if (major != MAJOR_VERSION) {
            return Optional.of("IKE version " + major + " is not 2");
        }
        ByteBuffer buffer = ByteBuffer.wrap(datagram);
        long lengthBytes = Integer.toUnsignedLong(buffer.getInt(LENGTH_AT));
        if (lengthBytes != datagram.length) {
            return Optional.of(
                    "the header says %d octets, the datagram has %d"
                            .formatted(lengthBytes, datagram.length));
        }
        if (datagram.length > Limits.MESSAGE_BYTES) {
            return Optional.of("the message is longer than any datagram");
        }
        // RFC 7296 3.1: the initiator's SPI MUST NOT be zero.
        if (buffer.getLong(0) == 0) {
            return Optional.of("the initiator's SPI is zero");
        }
        return Optional.empty();
    }

    /** The header of a datagram that has no {@link #fault}. Reserved flags are ignored. */
    static IkeHeader decode(byte[] datagram) {
        ByteBuffer buffer = ByteBuffer.wrap(datagram);
        int flags = datagram[FLAGS_AT];
        return new IkeHeader(
                new IkeSpi(buffer.getLong(0)),
                new IkeSpi(buffer.getLong(8)),
                datagram[EXCHANGE_TYPE_AT] & 0xFF,
                (flags & INITIATOR) != 0,
                (flags & RESPONSE) != 0,
                buffer.getInt(MESSAGE_ID_AT));
    }

    static int nextPayload(byte[] datagram) {
        return datagram[NEXT_PAYLOAD_AT] & 0xFF;
    }

    /** Writes the header with its length still zero. */
    static void encode(IkeHeader header, int nextPayload, OctetWriter out) {
        out.i64(header.initiatorSpi().value())
                .i64(header.responderSpi().value())
                .u8(nextPayload)
                .u8(MAJOR_VERSION << 4)
                .u8(header.exchangeType())
                .u8(
                        (header.fromOriginalInitiator() ? INITIATOR : 0)
                                | (header.response() ? RESPONSE : 0))
                .i32(header.messageId())
                .i32(0);
    }
}
