package culvert.bgp.message;

import culvert.bgp.message.AttributeType.Flags;
import culvert.bgp.message.PathAttribute.Aggregator;
import culvert.bgp.message.PathAttribute.AtomicAggregate;
import culvert.bgp.message.PathAttribute.LocalPref;
import culvert.bgp.message.PathAttribute.MultiExitDisc;
import culvert.bgp.message.PathAttribute.Opaque;
import culvert.bgp.message.PathAttribute.Origin;
import culvert.bgp.message.PathAttribute.OriginCode;
import culvert.bgp.message.PathAttribute.OriginatorId;
import culvert.bgp.message.PathAttribute.Path;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** Reads the value of one path attribute; the rules are those of RFC 7606 7 unless said. */
final class AttributeDecoder {
    private static final int FLAGS_ERROR = 4;
    private static final int LENGTH_ERROR = 5;
    private static final int INVALID_ORIGIN = 6;
    private static final int OPTIONAL_ATTRIBUTE_ERROR = 9;
    private static final int MALFORMED_AS_PATH = 11;
    private static final int UNRECOGNIZED_WELL_KNOWN = 2;

    private final Negotiated session;

    AttributeDecoder(Negotiated session) {
        this.session = session;
    }

    /** What an attribute brings to its UPDATE. */
    sealed interface Outcome {
        record Taken(PathAttribute attribute) implements Outcome {}

        record NextHop(InetAddress address) implements Outcome {}

        record OldPath(AsPath path) implements Outcome {}

        record OldAggregator(Aggregator aggregator) implements Outcome {}

        /** MP_REACH_NLRI; its prefixes could be told even when there is an error. */
        record Reach(Update.Reachable prefixes, Optional<DecodeError> error) implements Outcome {}

        record Unreach(AddressFamily family, List<Nlri> prefixes, Optional<DecodeError> error)
                implements Outcome {}

        record Ignored() implements Outcome {}

        record Bad(DecodeError error) implements Outcome {}
    }

    /**
     * @param whole header and value, which a NOTIFICATION about the attribute carries
     */
    Outcome decode(int flags, int code, OctetReader value, Octets whole) {
        Optional<AttributeType> known = AttributeType.of(code);
        if (known.isEmpty()) {
            return unknown(flags, code, value, whole);
        }
        AttributeType type = known.get();
        if (isForInternalPeersOnly(type) && session.external()) {
            // 7.5, 7.9, 7.10: discarded before anything about it is judged
            return bad(ErrorHandling.ATTRIBUTE_DISCARD, type, "is not for other ASes", 9, whole);
        }
        Optional<DecodeError> flagsError = Optional.empty();
        if (!type.agreesWith(flags) && !isNeverTaken(type)) {
            // 3 c
            DecodeError error =
                    error(
                            ErrorHandling.TREAT_AS_WITHDRAW,
                            type,
                            "has flags 0x%02x".formatted(flags),
                            FLAGS_ERROR,
                            whole);
            boolean multiprotocol =
                    type == AttributeType.MP_REACH_NLRI || type == AttributeType.MP_UNREACH_NLRI;
            if (!multiprotocol) {
                return new Outcome.Bad(error);
            }
            flagsError = Optional.of(error);
        }
        return switch (type) {
            case ORIGIN -> origin(value, whole);
            case AS_PATH ->
                    AsPathCodec.decode(value, session.fourOctetAs())
                            .<Outcome>map(p -> new Outcome.Taken(new Path(p)))
                            .orElseGet(
                                    () ->
                                            bad(
                                                    ErrorHandling.TREAT_AS_WITHDRAW,
                                                    type,
                                                    "is malformed",
                                                    MALFORMED_AS_PATH,
                                                    Octets.EMPTY));
            case NEXT_HOP ->
                    value.remaining() == 4
                            ? new Outcome.NextHop(address(value.bytes(4)))
                            : badLength(type, whole);
            case MULTI_EXIT_DISC ->
                    value.remaining() == 4
                            ? new Outcome.Taken(new MultiExitDisc(value.u32()))
                            : badLength(type, whole);
            case LOCAL_PREF ->
                    value.remaining() == 4
                            ? new Outcome.Taken(new LocalPref(value.u32()))
                            : badLength(type, whole);
            case ATOMIC_AGGREGATE ->
                    value.isAtEnd()
                            ? new Outcome.Taken(new AtomicAggregate())
                            : discardLength(type, whole);
            case AGGREGATOR -> aggregator(value, whole);
            case ORIGINATOR_ID ->
                    value.remaining() == 4
                            ? new Outcome.Taken(new OriginatorId(value.i32()))
                            : badLength(type, whole);
            case COMMUNITIES, EXTENDED_COMMUNITIES, LARGE_COMMUNITIES, CLUSTER_LIST ->
                    CommunityCodec.decode(type, value)
                            .<Outcome>map(Outcome.Taken::new)
                            .orElseGet(() -> badLength(type, whole));
            case MP_REACH_NLRI -> MultiprotocolCodec.reach(value, whole, session, flagsError);
            case MP_UNREACH_NLRI -> MultiprotocolCodec.unreach(value, whole, session, flagsError);
            case AS4_PATH -> as4Path(value, whole);
            case AS4_AGGREGATOR -> as4Aggregator(value, whole);
            case IPV6_EXTENDED_COMMUNITIES ->
                    // RFC 5701 2
                    value.remaining() > 0 && value.remaining() % 20 == 0
                            ? opaque(flags, code, value)
                            : badLength(type, whole);
            case ONLY_TO_CUSTOMER -> onlyToCustomer(flags, value, whole);
            case PREFIX_SID ->
                    bad(
                            ErrorHandling.ATTRIBUTE_DISCARD,
                            type,
                            "is not for prefixes without labels",
                            OPTIONAL_ATTRIBUTE_ERROR,
                            whole);
            case AIGP -> new Outcome.Ignored();
        };
    }

    /**
     * Attributes that go no further, whatever their flags and value: RFC 8669 3 has a use for
     * prefixes with labels only, and RFC 7311 3 is off unless configured.
     */
    private static boolean isNeverTaken(AttributeType type) {
        return type == AttributeType.PREFIX_SID || type == AttributeType.AIGP;
    }

    private static boolean isForInternalPeersOnly(AttributeType type) {
        return type == AttributeType.LOCAL_PREF
                || type == AttributeType.ORIGINATOR_ID
                || type == AttributeType.CLUSTER_LIST;
    }

    private static Outcome unknown(int flags, int code, OctetReader value, Octets whole) {
        if ((flags & Flags.OPTIONAL) == 0) {
            // RFC 4271 6.3 would reset; RFC 7606 3 c asks for less.
            return new Outcome.Bad(
                    new DecodeError(
                            ErrorHandling.TREAT_AS_WITHDRAW,
                            "attribute " + code + " claims to be well-known",
                            new Notification(
                                    Notification.UPDATE_ERROR, UNRECOGNIZED_WELL_KNOWN, whole)));
        }
        return (flags & Flags.TRANSITIVE) == 0 ? new Outcome.Ignored() : opaque(flags, code, value);
    }

    private static Outcome opaque(int flags, int code, OctetReader value) {
        return new Outcome.Taken(new Opaque(code, (flags & Flags.PARTIAL) != 0, value.rest()));
    }

    private static Outcome origin(OctetReader value, Octets whole) {
        if (value.remaining() != 1) {
            return badLength(AttributeType.ORIGIN, whole);
        }
        int code = value.u8();
        return OriginCode.of(code)
                .<Outcome>map(c -> new Outcome.Taken(new Origin(c)))
                .orElseGet(
                        () ->
                                bad(
                                        ErrorHandling.TREAT_AS_WITHDRAW,
                                        AttributeType.ORIGIN,
                                        "has the undefined value " + code,
                                        INVALID_ORIGIN,
                                        whole));
    }

    private Outcome aggregator(OctetReader value, Octets whole) {
        int asnOctets = session.fourOctetAs() ? 4 : 2;
        if (value.remaining() != asnOctets + 4) {
            return discardLength(AttributeType.AGGREGATOR, whole);
        }
        int asn = asnOctets == 4 ? value.i32() : value.u16();
        return asn == 0
                ? zeroAs(AttributeType.AGGREGATOR, whole)
                : new Outcome.Taken(new Aggregator(asn, value.i32()));
    }

    /** RFC 6793 6: a malformed AS4_PATH is discarded; confederation segments are left out. */
    private Outcome as4Path(OctetReader value, Octets whole) {
        if (session.fourOctetAs()) {
            return new Outcome.Ignored();
        }
        return AsPathCodec.decodeAs4Path(value)
                .<Outcome>map(Outcome.OldPath::new)
                .orElseGet(
                        () ->
                                bad(
                                        ErrorHandling.ATTRIBUTE_DISCARD,
                                        AttributeType.AS4_PATH,
                                        "is malformed",
                                        OPTIONAL_ATTRIBUTE_ERROR,
                                        whole));
    }

    private Outcome as4Aggregator(OctetReader value, Octets whole) {
        if (session.fourOctetAs()) {
            return new Outcome.Ignored();
        }
        if (value.remaining() != 8) {
            return discardLength(AttributeType.AS4_AGGREGATOR, whole);
        }
        int asn = value.i32();
        return asn == 0
                ? zeroAs(AttributeType.AS4_AGGREGATOR, whole)
                : new Outcome.OldAggregator(new Aggregator(asn, value.i32()));
    }

    /** RFC 9234 5, and no AS has the number 0 (RFC 7607). */
    private static Outcome onlyToCustomer(int flags, OctetReader value, Octets whole) {
        if (value.remaining() != 4) {
            return badLength(AttributeType.ONLY_TO_CUSTOMER, whole);
        }
        return value.copy().i32() == 0
                ? bad(
                        ErrorHandling.TREAT_AS_WITHDRAW,
                        AttributeType.ONLY_TO_CUSTOMER,
                        "names AS 0",
                        OPTIONAL_ATTRIBUTE_ERROR,
                        whole)
                : opaque(flags, AttributeType.ONLY_TO_CUSTOMER.code(), value);
    }

    /** RFC 7607 2. */
    private static Outcome zeroAs(AttributeType type, Octets whole) {
        return bad(
                ErrorHandling.ATTRIBUTE_DISCARD,
                type,
                "names AS 0",
                OPTIONAL_ATTRIBUTE_ERROR,
                whole);
    }

    static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 octets", e);
        }
    }

    private static Outcome badLength(AttributeType type, Octets whole) {
        return bad(
                ErrorHandling.TREAT_AS_WITHDRAW, type, "has a wrong length", LENGTH_ERROR, whole);
    }

    private static Outcome discardLength(AttributeType type, Octets whole) {
        return bad(
                ErrorHandling.ATTRIBUTE_DISCARD, type, "has a wrong length", LENGTH_ERROR, whole);
    }

    private static Outcome bad(
            ErrorHandling handling, AttributeType type, String what, int subcode, Octets whole) {
        return new Outcome.Bad(error(handling, type, what, subcode, whole));
    }

    static DecodeError error(
            ErrorHandling handling, AttributeType type, String what, int subcode, Octets whole) {
        return new DecodeError(
                handling,
                type.name() + " " + what,
                new Notification(Notification.UPDATE_ERROR, subcode, whole));
    }
}
