package culvert.ike.message;

import java.util.ArrayList;
import java.util.List;

/**
 * Payloads one after the other, each naming the type of the next (RFC 7296 3.2).
 *
 * <pre>
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+-+-------------+-------------------------------+
 * | Next Payload  |C|  RESERVED   |  Length, this header included |
 * +---------------+-+-------------+-------------------------------+
 * </pre>
 */
final class PayloadChain {
    static final int GENERIC_HEADER_BYTES = 4;
    private static final int CRITICAL = 0x80;

    private PayloadChain() {}

    /**
     * One payload before its body is understood.
     *
     * @param body a reader of the octets after the generic header
     */
    record Link(int type, boolean critical, int nextType, OctetReader body) {}

    /** Cuts the next payload off. */
    static Link next(int type, OctetReader in) throws MalformedMessageException {
        OctetReader header = in.slice(PayloadType.name(type) + " header", GENERIC_HEADER_BYTES);
        int nextType = header.u8();
        boolean critical = (header.u8() & CRITICAL) != 0;
        int lengthBytes = header.u16();
        if (lengthBytes < GENERIC_HEADER_BYTES) {
            throw MalformedMessageException.syntax(
                    PayloadType.name(type) + " has the impossible length " + lengthBytes);
        }
        OctetReader body = in.slice(PayloadType.name(type), lengthBytes - GENERIC_HEADER_BYTES);
        return new Link(type, critical, nextType, body);
    }

    /** Reads payloads until the chain and the octets end, which must be at once. */
    static List<Payload> decode(int firstType, OctetReader in) throws MalformedMessageException {
        List<Payload> payloads = new ArrayList<>();
        Occurrences occurrences = new Occurrences();
        int type = firstType;
        while (type != PayloadType.NONE) {
            Link link = next(type, in);
            occurrences.count(type);
            payloads.add(PayloadCodec.decode(link));
            type = link.nextType();
        }
        in.requireEnd();
        return payloads;
    }

    static int firstType(List<Payload> payloads) {
        return payloads.isEmpty() ? PayloadType.NONE : PayloadCodec.typeOf(payloads.getFirst());
    }

    static void encode(List<Payload> payloads, OctetWriter out) {
        for (int i = 0; i < payloads.size(); i++) {
            Payload payload = payloads.get(i);
            int start = out.length();
            out.u8(firstType(payloads.subList(i + 1, payloads.size())))
                    .u8(payload instanceof UnknownPayload u && u.critical() ? CRITICAL : 0)
                    .u16(0);
            PayloadCodec.encode(payload, out);
            out.setLengthU16(start + 2, out.length() - start);
        }
    }

    /** How often each payload may stand in one message. */
    private static final class Occurrences {
        private int payloads;
        private int notifies;
        private long seen;

        void count(int type) throws MalformedMessageException {
            if (++payloads > Limits.PAYLOADS) {
                throw MalformedMessageException.syntax(
                        "more than " + Limits.PAYLOADS + " payloads");
            }
            switch (type) {
                case PayloadType.NOTIFY -> {
                    if (++notifies > Limits.NOTIFIES) {
                        throw MalformedMessageException.syntax(
                                "more than " + Limits.NOTIFIES + " notifies");
                    }
                }
                // RFC 7296 1.2 and 1.3: no exchange has two of these.
                case PayloadType.SA,
                        PayloadType.KE,
                        PayloadType.IDI,
                        PayloadType.IDR,
                        PayloadType.AUTH,
                        PayloadType.NONCE,
                        PayloadType.TSI,
                        PayloadType.TSR -> {
                    if ((seen & 1L << type) != 0) {
                        throw MalformedMessageException.syntax(
                                PayloadType.name(type) + " occurs twice");
                    }
                    seen |= 1L << type;
                }
                default -> {}
            }
        }
    }
}
