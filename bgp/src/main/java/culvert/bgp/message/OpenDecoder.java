package culvert.bgp.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads an OPEN (RFC 4271 4.2 and 6.2, RFC 9072).
 *
 * <pre>
 *  version (1), my AS (2), hold time (2), BGP identifier (4),
 *  length of the optional parameters (1), optional parameters
 * </pre>
 */
final class OpenDecoder {
    private static final int UNSPECIFIC = 0;
    private static final int UNSUPPORTED_VERSION = 1;
    private static final int BAD_PEER_AS = 2;
    private static final int BAD_BGP_IDENTIFIER = 3;
    private static final int UNSUPPORTED_OPTIONAL_PARAMETER = 4;
    private static final int UNACCEPTABLE_HOLD_TIME = 6;

    private static final int CAPABILITIES_PARAMETER = 2;
    static final int EXTENDED_LENGTH = 255;

    private OpenDecoder() {}

    static DecodeResult decode(OctetReader body) {
        int version = body.u8();
        if (version != Open.VERSION) {
            return malformed(
                    "the peer speaks BGP version " + version,
                    UNSUPPORTED_VERSION,
                    Octets.of(0, Open.VERSION));
        }
        int shortAsn = body.u16();
        int holdTimeSeconds = body.u16();
        int bgpIdentifier = body.i32();
        List<Capability> capabilities = new ArrayList<>();
        Optional<DecodeResult> wrong = optionalParameters(body, capabilities);
        if (wrong.isPresent()) {
            return wrong.get();
        }
        int asn = shortAsn;
        for (Capability capability : capabilities) {
            if (capability instanceof Capability.FourOctetAs four) {
                asn = four.asn();
                break;
            }
        }
        if (asn == 0 || shortAsn == 0) {
            return malformed("AS 0 is reserved (RFC 7607)", BAD_PEER_AS, Octets.EMPTY);
        }
        if (bgpIdentifier == 0) {
            return malformed("the BGP identifier is zero", BAD_BGP_IDENTIFIER, Octets.EMPTY);
        }
        if (holdTimeSeconds == 1 || holdTimeSeconds == 2) {
            return malformed(
                    "a hold time of " + holdTimeSeconds + " s is forbidden (RFC 4271 4.2)",
                    UNACCEPTABLE_HOLD_TIME,
                    Octets.EMPTY);
        }
        return new DecodeResult.Decoded(
                new Open(asn, holdTimeSeconds, bgpIdentifier, capabilities), List.of());
    }

    private static Optional<DecodeResult> optionalParameters(
            OctetReader body, List<Capability> into) {
        int length = body.u8();
        boolean extended = length != 0 && body.remaining() > 0 && body.copy().u8() == 255;
        if (extended) {
            // RFC 9072 2: type 255 says that two-octet lengths follow; the one octet means nothing.
            if (body.remaining() < 3) {
                return unspecific("the extended optional parameters are cut short");
            }
            body.u8();
            length = body.u16();
        }
        if (length != body.remaining()) {
            return unspecific(
                    "the optional parameters have %d octets where %d are announced"
                            .formatted(body.remaining(), length));
        }
        int headerOctets = extended ? 3 : 2;
        while (!body.isAtEnd()) {
            if (body.remaining() < headerOctets) {
                return unspecific("an optional parameter is cut short");
            }
            int type = body.u8();
            int parameterLength = extended ? body.u16() : body.u8();
            if (parameterLength > body.remaining()) {
                return unspecific("an optional parameter is longer than its message");
            }
            if (type != CAPABILITIES_PARAMETER) {
                return Optional.of(
                        malformed(
                                "optional parameter " + type + " is not supported",
                                UNSUPPORTED_OPTIONAL_PARAMETER,
                                Octets.EMPTY));
            }
            if (!CapabilityCodec.decode(body.slice(parameterLength), into)) {
                return unspecific("a capability is malformed");
            }
        }
        return Optional.empty();
    }

    private static Optional<DecodeResult> unspecific(String what) {
        return Optional.of(malformed(what, UNSPECIFIC, Octets.EMPTY));
    }

    private static DecodeResult malformed(String what, int subcode, Octets data) {
        return new DecodeResult.Malformed(
                DecodeError.reset(what, new Notification(Notification.OPEN_ERROR, subcode, data)));
    }
}
