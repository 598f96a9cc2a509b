package culvert.bgp.message;

import culvert.bgp.message.AsPath.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * AS_PATH and AS4_PATH: segments of type (1 octet), count of AS numbers (1 octet), AS numbers (2 or
 * 4 octets each).
 */
final class AsPathCodec {
    private static final int AS_SET = 1;
    private static final int AS_SEQUENCE = 2;
    private static final int AS_CONFED_SEQUENCE = 3;
    private static final int AS_CONFED_SET = 4;

    private AsPathCodec() {}

    /** Empty when the path is malformed (RFC 7606 7.2, RFC 7607). */
    static Optional<AsPath> decode(OctetReader value, boolean fourOctets) {
        return decode(value, fourOctets, false);
    }

    static Optional<AsPath> decodeAs4Path(OctetReader value) {
        return decode(value, true, true);
    }

    private static Optional<AsPath> decode(
            OctetReader value, boolean fourOctets, boolean skipConfederations) {
        List<Segment> segments = new ArrayList<>();
        while (!value.isAtEnd()) {
            if (value.remaining() < 2) {
                return Optional.empty();
            }
            int type = value.u8();
            int count = value.u8();
            if (count == 0 || count * (fourOctets ? 4 : 2) > value.remaining()) {
                return Optional.empty();
            }
            int[] asns = new int[count];
            boolean zero = false;
            for (int i = 0; i < count; i++) {
                asns[i] = fourOctets ? value.i32() : value.u16();
                zero |= asns[i] == 0;
            }
            boolean confederation = type == AS_CONFED_SEQUENCE || type == AS_CONFED_SET;
            if (skipConfederations && confederation) {
                continue;
            }
            // RFC 5065 5: confederation segments never leave a confederation, and we are in none.
            if (zero || (type != AS_SET && type != AS_SEQUENCE)) {
                return Optional.empty();
            }
            segments.add(new Segment(type == AS_SET, asns));
        }
        return Optional.of(new AsPath(segments));
    }

    static void encode(OctetWriter out, AsPath path, boolean fourOctets) {
        for (Segment segment : path.segments()) {
            out.u8(segment.isSet() ? AS_SET : AS_SEQUENCE).u8(segment.length());
            for (int i = 0; i < segment.length(); i++) {
                if (fourOctets) {
                    out.i32(segment.asn(i));
                } else {
                    out.u16(twoOctets(segment.asn(i)));
                }
            }
        }
    }

    /** RFC 6793 4.2.2. */
    static int twoOctets(int asn) {
        return asn >>> 16 == 0 ? asn : Open.AS_TRANS;
    }
}
