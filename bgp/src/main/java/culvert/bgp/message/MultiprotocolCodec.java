package culvert.bgp.message;

import culvert.bgp.message.AttributeDecoder.Outcome;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * MP_REACH_NLRI and MP_UNREACH_NLRI (RFC 4760 3, 4).
 *
 * <pre>
 *  reach:   AFI (2), SAFI (1), length of next hop (1), next hop, reserved (1), prefixes
 *  unreach: AFI (2), SAFI (1), prefixes
 * </pre>
 *
 * An error that hides which prefixes are meant resets the session (RFC 7606 5.3, 7.11).
 */
final class MultiprotocolCodec {
    private static final int OPTIONAL_ATTRIBUTE_ERROR = 9;

    private MultiprotocolCodec() {}

    static Outcome reach(
            OctetReader value, Octets whole, Negotiated session, Optional<DecodeError> flagsError) {
        if (value.remaining() < 5) {
            return reset(AttributeType.MP_REACH_NLRI, "is too short", whole);
        }
        Optional<AddressFamily> family = AddressFamily.of(value.u16(), value.u8());
        if (family.isEmpty() || !session.families().contains(family.get())) {
            // RFC 4760 6: what was not negotiated is ignored, and not even parsed.
            return flagsError.<Outcome>map(Outcome.Bad::new).orElseGet(Outcome.Ignored::new);
        }
        int nextHopOctets = value.u8();
        if (!isNextHopLength(family.get(), nextHopOctets)
                || nextHopOctets + 1 > value.remaining()) {
            return reset(
                    AttributeType.MP_REACH_NLRI,
                    "has a next hop of %d octets".formatted(nextHopOctets),
                    whole);
        }
        OctetReader nextHopField = value.slice(nextHopOctets);
        // RFC 2545 3: of global and link-local address, the first is the one to use.
        InetAddress nextHop =
                AttributeDecoder.address(nextHopField.bytes(Math.min(nextHopOctets, 16)));
        value.u8(); // reserved
        List<Nlri> prefixes = new ArrayList<>();
        if (NlriCodec.decode(value, family.get(), prefixes) != NlriCodec.Field.WHOLE) {
            return reset(AttributeType.MP_REACH_NLRI, "has a malformed prefix", whole);
        }
        return new Outcome.Reach(new Update.Reachable(nextHop, prefixes), flagsError);
    }

    static Outcome unreach(
            OctetReader value, Octets whole, Negotiated session, Optional<DecodeError> flagsError) {
        if (value.remaining() < 3) {
            return reset(AttributeType.MP_UNREACH_NLRI, "is too short", whole);
        }
        Optional<AddressFamily> family = AddressFamily.of(value.u16(), value.u8());
        if (family.isEmpty() || !session.families().contains(family.get())) {
            return flagsError.<Outcome>map(Outcome.Bad::new).orElseGet(Outcome.Ignored::new);
        }
        List<Nlri> prefixes = new ArrayList<>();
        if (NlriCodec.decode(value, family.get(), prefixes) != NlriCodec.Field.WHOLE) {
            return reset(AttributeType.MP_UNREACH_NLRI, "has a malformed prefix", whole);
        }
        return new Outcome.Unreach(family.get(), prefixes, flagsError);
    }

    private static boolean isNextHopLength(AddressFamily family, int octets) {
        return switch (family) {
            case IPV4_UNICAST -> octets == 4;
            case IPV6_UNICAST -> octets == 16 || octets == 32;
        };
    }

    private static Outcome reset(AttributeType type, String what, Octets whole) {
        return new Outcome.Bad(
                AttributeDecoder.error(
                        ErrorHandling.SESSION_RESET, type, what, OPTIONAL_ATTRIBUTE_ERROR, whole));
    }

    /** The octets of a next hop in MP_REACH_NLRI; an IPv4 one of IPv6 prefixes is mapped. */
    static byte[] nextHopOctets(AddressFamily family, InetAddress nextHop) {
        byte[] octets = nextHop.getAddress();
        if (family == AddressFamily.IPV6_UNICAST && octets.length == 4) {
            byte[] mapped = new byte[16];
            mapped[10] = (byte) 0xFF;
            mapped[11] = (byte) 0xFF;
            System.arraycopy(octets, 0, mapped, 12, 4);
            return mapped;
        }
        return octets;
    }
}
