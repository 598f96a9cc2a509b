package culvert.bgp.message;

import culvert.bgp.message.AttributeDecoder.Outcome;
import culvert.bgp.message.AttributeType.Flags;
import culvert.bgp.message.PathAttribute.LocalPref;
import culvert.bgp.message.PathAttribute.Origin;
import culvert.bgp.message.Update.Reachable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one UPDATE (RFC 4271 4.3) and handles its errors as RFC 7606 wants.
 *
 * <pre>
 *  +-----------------------------------------------------+
 *  |   Withdrawn Routes Length (2 octets)                |
 *  |   Withdrawn Routes (variable)                       |
 *  |   Total Path Attribute Length (2 octets)            |
 *  |   Path Attributes (variable)                        |
 *  |   Network Layer Reachability Information (the rest) |
 *  +-----------------------------------------------------+
 * </pre>
 *
 * The prefixes outside the attributes are located by the two lengths alone, whatever the attributes
 * hold, so that treat-as-withdraw knows what to withdraw.
 */
final class UpdateDecoder {
    private static final int MALFORMED_ATTRIBUTE_LIST = 1;
    private static final int MISSING_WELL_KNOWN = 3;
    private static final int INVALID_NETWORK_FIELD = 10;

    private final Negotiated session;
    private final AttributeDecoder attributeDecoder;
    private final List<DecodeError> errors = new ArrayList<>();
    private final BitSet seen = new BitSet(256);
    private final List<PathAttribute> attributes = new ArrayList<>();
    private final FourOctetPath fourOctetPath = new FourOctetPath();
    private final List<Nlri> withdrawn = new ArrayList<>();
    private final List<Reachable> reachable = new ArrayList<>();
    private @Nullable InetAddress nextHop;
    private @Nullable AddressFamily emptyUnreach;

    UpdateDecoder(Negotiated session) {
        this.session = session;
        this.attributeDecoder = new AttributeDecoder(session);
    }

    DecodeResult decode(OctetReader body) {
        int withdrawnOctets = body.u16();
        if (withdrawnOctets + 2 > body.remaining()) {
            return malformedList("the withdrawn routes are longer than their UPDATE");
        }
        OctetReader withdrawnField = body.slice(withdrawnOctets);
        int attributeOctets = body.u16();
        if (attributeOctets > body.remaining()) {
            return malformedList("the path attributes are longer than their UPDATE");
        }
        if (withdrawnOctets == 0 && attributeOctets == 0 && body.isAtEnd()) {
            return decoded(new EndOfRib(AddressFamily.IPV4_UNICAST));
        }
        OctetReader attributeField = body.slice(attributeOctets);
        List<Nlri> announced = new ArrayList<>();
        NlriCodec.Field withdraws =
                NlriCodec.decode(withdrawnField, AddressFamily.IPV4_UNICAST, withdrawn);
        if (withdraws == NlriCodec.Field.CUT_SHORT) {
            return malformedList("the withdrawn routes are shorter than their prefixes");
        }
        NlriCodec.Field announces = NlriCodec.decode(body, AddressFamily.IPV4_UNICAST, announced);
        if (withdraws != NlriCodec.Field.WHOLE || announces != NlriCodec.Field.WHOLE) {
            // RFC 7606 5.3: prefixes that cannot be told cannot be withdrawn either.
            return reset(
                    "a prefix is longer than an address or its field",
                    Notification.of(Notification.UPDATE_ERROR, INVALID_NETWORK_FIELD));
        }
        Optional<DecodeError> fatal = attributes(attributeField);
        if (fatal.isPresent()) {
            return new DecodeResult.Malformed(fatal.get());
        }
        boolean onlyEmptyUnreach =
                errors.isEmpty()
                        && seen.cardinality() == 1
                        && withdrawnOctets == 0
                        && announced.isEmpty();
        if (emptyUnreach != null && onlyEmptyUnreach) {
            return decoded(new EndOfRib(emptyUnreach));
        }
        return finish(announced);
    }

    private DecodeResult finish(List<Nlri> announced) {
        fourOctetPath.resolve(attributes, session.fourOctetAs());
        requireMandatory(!announced.isEmpty());
        Optional<DecodeError> withdraws =
                errors.stream()
                        .filter(e -> e.handling() == ErrorHandling.TREAT_AS_WITHDRAW)
                        .findFirst();
        if (withdraws.isPresent()) {
            if (announced.isEmpty() && !seen.get(AttributeType.MP_REACH_NLRI.code())) {
                // RFC 7606 5.2: with nothing to withdraw, the error may hide anything.
                return new DecodeResult.Malformed(withdraws.get().asReset());
            }
            withdrawn.addAll(announced);
            reachable.forEach(r -> withdrawn.addAll(r.prefixes()));
            return decoded(Update.withdraw(withdrawn));
        }
        if (nextHop != null && !announced.isEmpty()) {
            reachable.addFirst(new Reachable(nextHop, announced));
        }
        return decoded(
                new Update(
                        withdrawn,
                        reachable,
                        reachable.isEmpty()
                                ? PathAttributes.EMPTY
                                : PathAttributes.of(attributes)));
    }

    /** Walks the list; what it returns ends the session. */
    private Optional<DecodeError> attributes(OctetReader field) {
        while (!field.isAtEnd()) {
            // RFC 7606 4: a stub or an overrun ends the list, and the NLRI are still found.
            if (field.remaining() < 3) {
                withdraw("the list of attributes ends within an attribute");
                break;
            }
            OctetReader whole = field.copy();
            int flags = field.u8();
            int code = field.u8();
            boolean extended = (flags & Flags.EXTENDED_LENGTH) != 0;
            if (extended && field.remaining() < 2) {
                withdraw("the list of attributes ends within an attribute");
                break;
            }
            int headerOctets = extended ? 4 : 3;
            int length = extended ? field.u16() : field.u8();
            boolean multiprotocol = isMultiprotocol(code);
            if (length > field.remaining()) {
                String what = AttributeType.name(code) + " is longer than the list of attributes";
                if (multiprotocol) {
                    return Optional.of(listError(what)); // its prefixes cannot be told
                }
                withdraw(what);
                break;
            }
            Octets octets = whole.octets(headerOctets + length);
            OctetReader value = field.slice(length);
            if (seen.get(code)) {
                // RFC 7606 3 g: two MP attributes contradict each other, others count once.
                if (multiprotocol) {
                    return Optional.of(listError(AttributeType.name(code) + " is there twice"));
                }
                discard(AttributeType.name(code) + " is there twice");
                continue;
            }
            seen.set(code);
            Outcome outcome = attributeDecoder.decode(flags, code, value, octets);
            if (outcome instanceof Outcome.Bad(DecodeError error)
                    && error.handling() == ErrorHandling.SESSION_RESET) {
                return Optional.of(error);
            }
            take(outcome);
        }
        return Optional.empty();
    }

    private void take(Outcome outcome) {
        switch (outcome) {
            case Outcome.Taken(PathAttribute attribute) -> attributes.add(attribute);
            case Outcome.NextHop(InetAddress address) -> nextHop = address;
            case Outcome.OldPath(AsPath path) -> fourOctetPath.setPath(path);
            case Outcome.OldAggregator(PathAttribute.Aggregator aggregator) ->
                    fourOctetPath.setAggregator(aggregator);
            case Outcome.Reach(Reachable prefixes, Optional<DecodeError> error) -> {
                if (!prefixes.prefixes().isEmpty()) {
                    reachable.add(prefixes);
                }
                error.ifPresent(errors::add);
            }
            case Outcome.Unreach(
                            AddressFamily family,
                            List<Nlri> prefixes,
                            Optional<DecodeError> error) -> {
                withdrawn.addAll(prefixes);
                emptyUnreach = prefixes.isEmpty() ? family : null;
                error.ifPresent(errors::add);
            }
            case Outcome.Ignored ignored -> {}
            case Outcome.Bad(DecodeError error) -> errors.add(error);
        }
    }

    /** RFC 7606 3 d. */
    private void requireMandatory(boolean classic) {
        if (reachable.isEmpty() && !classic) {
            return;
        }
        require(attributes.stream().anyMatch(Origin.class::isInstance), AttributeType.ORIGIN);
        require(
                attributes.stream().anyMatch(PathAttribute.Path.class::isInstance),
                AttributeType.AS_PATH);
        require(nextHop != null || !classic, AttributeType.NEXT_HOP);
        require(
                session.external() || attributes.stream().anyMatch(LocalPref.class::isInstance),
                AttributeType.LOCAL_PREF);
    }

    private void require(boolean present, AttributeType type) {
        // One that is there but malformed has its own error already.
        if (!present && !seen.get(type.code())) {
            errors.add(
                    new DecodeError(
                            ErrorHandling.TREAT_AS_WITHDRAW,
                            type.name() + " is missing",
                            new Notification(
                                    Notification.UPDATE_ERROR,
                                    MISSING_WELL_KNOWN,
                                    Octets.of(type.code()))));
        }
    }

    private static boolean isMultiprotocol(int code) {
        return code == AttributeType.MP_REACH_NLRI.code()
                || code == AttributeType.MP_UNREACH_NLRI.code();
    }

    private void discard(String what) {
        errors.add(
                new DecodeError(
                        ErrorHandling.ATTRIBUTE_DISCARD, what, listError(what).notification()));
    }

    private void withdraw(String what) {
        errors.add(
                new DecodeError(
                        ErrorHandling.TREAT_AS_WITHDRAW, what, listError(what).notification()));
    }

    private static DecodeError listError(String what) {
        return DecodeError.reset(
                what, Notification.of(Notification.UPDATE_ERROR, MALFORMED_ATTRIBUTE_LIST));
    }

    private static DecodeResult malformedList(String what) {
        return new DecodeResult.Malformed(listError(what));
    }

    private static DecodeResult reset(String what, Notification notification) {
        return new DecodeResult.Malformed(DecodeError.reset(what, notification));
    }

    private DecodeResult decoded(BgpMessage message) {
        return new DecodeResult.Decoded(message, errors);
    }
}
