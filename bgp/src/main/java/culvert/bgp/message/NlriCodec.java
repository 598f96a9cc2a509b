package culvert.bgp.message;

import java.util.List;

/**
 * The field of prefixes that RFC 4271 4.3 and RFC 4760 5 share.
 *
 * <pre>
 *  +---------------------------+
 *  |   Length (1 octet, bits)  |
 *  +---------------------------+
 *  |   Prefix (0..16 octets)   |  as few octets as hold the length; bits after it mean nothing
 *  +---------------------------+
 * </pre>
 */
final class NlriCodec {
    private NlriCodec() {}

    /** What became of a field; its prefixes may be used only if it is whole. */
    enum Field {
        WHOLE,
        CUT_SHORT,
        PREFIX_TOO_LONG
    }

    static Field decode(OctetReader field, AddressFamily family, List<Nlri> into) {
        while (!field.isAtEnd()) {
            int length = field.u8();
            int octets = (length + 7) / 8;
            if (length > family.addressBits()) {
                return Field.PREFIX_TOO_LONG;
            }
            if (octets > field.remaining()) {
                return Field.CUT_SHORT;
            }
            if (family == AddressFamily.IPV4_UNICAST) {
                into.add(Nlri.ipv4((int) (field.leading(octets) >>> 32), length));
            } else {
                long high = field.leading(Math.min(8, octets));
                into.add(Nlri.ipv6(high, field.leading(Math.max(0, octets - 8)), length));
            }
        }
        return Field.WHOLE;
    }

    static int lengthOctets(Nlri nlri) {
        return 1 + (nlri.length() + 7) / 8;
    }

    static void encode(OctetWriter out, List<Nlri> prefixes) {
        for (Nlri nlri : prefixes) {
            out.u8(nlri.length());
            for (int i = 0; i < (nlri.length() + 7) / 8; i++) {
                out.u8(nlri.octet(i));
            }
        }
    }
}
