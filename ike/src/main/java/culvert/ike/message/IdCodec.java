package culvert.ike.message;

import culvert.ike.message.Payload.Side;

/**
 * IDi and IDr (RFC 7296 3.5).
 *
 * <pre>
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+-----------------------------------------------+
 * |    ID Type    |                  RESERVED                     |
 * +---------------+-----------------------------------------------+
 * |                   Identification Data (variable)              |
 * +---------------------------------------------------------------+
 * </pre>
 */
final class IdCodec {
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private IdCodec() {}

    static IdPayload decode(Side side, OctetReader in) throws MalformedMessageException {
        int type = in.u8();
        in.skip(3);
        int lengthBytes = in.remaining();
        boolean possible =
                switch (type) {
                    case 0 -> false;
                    case Identification.IPV4_ADDR -> lengthBytes == IPV4_BYTES;
                    case Identification.IPV6_ADDR -> lengthBytes == IPV6_BYTES;
                    default -> lengthBytes > 0;
                };
        if (!possible) {
            throw MalformedMessageException.syntax(
                    "an identification of type %d has %d octets".formatted(type, lengthBytes));
        }
        return new IdPayload(side, new Identification(type, in.rest()));
    }

    static void encode(IdPayload payload, OctetWriter out) {
        out.u8(payload.id().type()).zeros(3).octets(payload.id().data());
    }
}
