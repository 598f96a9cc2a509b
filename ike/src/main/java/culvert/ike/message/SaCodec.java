package culvert.ike.message;

import java.util.ArrayList;
import java.util.List;

/**
 * SA: proposals within the payload, transforms within a proposal, attributes within a transform
 * (RFC 7296 3.3).
 *
 * <pre>
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * | Last (0 or 2) |   RESERVED    |        Proposal Length        |
 * +---------------+---------------+---------------+---------------+
 * | Proposal Num  |  Protocol ID  |   SPI Size    |Num  Transforms|
 * +---------------+---------------+---------------+---------------+
 * |                        SPI (variable)                         |
 * +---------------------------------------------------------------+
 *
 * +---------------+---------------+-------------------------------+
 * | Last (0 or 3) |   RESERVED    |        Transform Length       |
 * +---------------+---------------+-------------------------------+
 * |Transform Type |   RESERVED    |          Transform ID         |
 * +---------------+---------------+-------------------------------+
 *
 * +-+-----------------------------+-------------------------------+
 * |F|       Attribute Type        | F=0: Attribute Length, then as
 * | |                             | many octets; F=1: the value
 * +-+-----------------------------+-------------------------------+
 * </pre>
 */
final class SaCodec {
    private static final int LAST = 0;
    private static final int MORE_PROPOSALS = 2;
    private static final int MORE_TRANSFORMS = 3;
    private static final int PROPOSAL_HEADER_BYTES = 8;
    private static final int TRANSFORM_HEADER_BYTES = 8;
    private static final int SHORT_ATTRIBUTE = 0x8000;
    private static final int KEY_LENGTH = 14;

    private static final int IKE_SPI_BYTES = 8;
    private static final int ESP_SPI_BYTES = 4;

    private SaCodec() {}

    static SaPayload decode(OctetReader in) throws MalformedMessageException {
        List<Proposal> proposals = new ArrayList<>();
        boolean more = true;
        while (more) {
            if (proposals.size() == Limits.PROPOSALS) {
                throw MalformedMessageException.syntax(
                        "more than " + Limits.PROPOSALS + " proposals");
            }
            more = isMore("proposal", in.u8(), MORE_PROPOSALS);
            in.skip(1);
            int lengthBytes = in.u16();
            if (lengthBytes < PROPOSAL_HEADER_BYTES) {
                throw MalformedMessageException.syntax(
                        "a proposal has the impossible length " + lengthBytes);
            }
            proposals.add(proposal(in.slice("proposal", lengthBytes - 4)));
        }
        in.requireEnd();
        requireOrderedNumbers(proposals);
        return new SaPayload(proposals);
    }

    private static Proposal proposal(OctetReader in) throws MalformedMessageException {
        int number = in.u8();
        int protocolId = in.u8();
        int spiBytes = in.u8();
        int count = in.u8();
        requireSpiBytes(protocolId, spiBytes);
        Octets spi = in.octets(spiBytes);
        if (count == 0) {
            throw MalformedMessageException.syntax("a proposal has no transforms");
        }
        if (count > Limits.TRANSFORMS_PER_PROPOSAL) {
            throw MalformedMessageException.syntax(
                    "more than " + Limits.TRANSFORMS_PER_PROPOSAL + " transforms in a proposal");
        }
        List<Transform> transforms = new ArrayList<>(count);
        for (int i = 1; i <= count; i++) {
            if (isMore("transform", in.u8(), MORE_TRANSFORMS) != (i < count)) {
                throw MalformedMessageException.syntax(
                        "a proposal of " + count + " transforms ends at number " + i);
            }
            in.skip(1);
            int lengthBytes = in.u16();
            if (lengthBytes < TRANSFORM_HEADER_BYTES) {
                throw MalformedMessageException.syntax(
                        "a transform has the impossible length " + lengthBytes);
            }
            transforms.add(transform(in.slice("transform", lengthBytes - 4)));
        }
        in.requireEnd();
        return new Proposal(number, protocolId, spi, transforms);
    }

    private static Transform transform(OctetReader in) throws MalformedMessageException {
        int type = in.u8();
        in.skip(1);
        int id = in.u16();
        int keyLengthBits = Transform.NO_KEY_LENGTH;
        boolean unknownAttribute = false;
        while (!in.isAtEnd()) {
            int attribute = in.u16();
            int valueOrLength = in.u16();
            if ((attribute & SHORT_ATTRIBUTE) == 0) {
                // RFC 7296 3.3.5: Key Length is never in the long form, so none of these is ours.
                in.skip(valueOrLength);
                unknownAttribute = true;
            } else if (attribute == (SHORT_ATTRIBUTE | KEY_LENGTH)
                    && keyLengthBits == Transform.NO_KEY_LENGTH
                    && valueOrLength != 0) {
                keyLengthBits = valueOrLength;
            } else {
                unknownAttribute = true;
            }
        }
        return new Transform(type, id, keyLengthBits, unknownAttribute);
    }

    private static boolean isMore(String what, int octet, int more)
            throws MalformedMessageException {
        if (octet != LAST && octet != more) {
            throw MalformedMessageException.syntax(
                    "a %s is marked %d, neither last (0) nor followed (%d)"
                            .formatted(what, octet, more));
        }
        return octet == more;
    }

    private static void requireSpiBytes(int protocolId, int spiBytes)
            throws MalformedMessageException {
        boolean possible =
                switch (protocolId) {
                    case ProtocolId.IKE -> spiBytes == 0 || spiBytes == IKE_SPI_BYTES;
                    case ProtocolId.AH, ProtocolId.ESP -> spiBytes == ESP_SPI_BYTES;
                    // A protocol that we do not know makes the proposal unusable, not the message.
                    default -> true;
                };
        if (!possible) {
            throw MalformedMessageException.syntax(
                    "a proposal for protocol %d has an SPI of %d octets"
                            .formatted(protocolId, spiBytes));
        }
    }

    /**
     * RFC 7296 3.3.1: an offer counts up from 1; an answer is one proposal with its offered number.
     */
    private static void requireOrderedNumbers(List<Proposal> proposals)
            throws MalformedMessageException {
        if (proposals.size() == 1 && proposals.getFirst().number() != 0) {
            return;
        }
        for (int i = 0; i < proposals.size(); i++) {
            if (proposals.get(i).number() != i + 1) {
                throw MalformedMessageException.syntax(
                        "proposal %d has number %d".formatted(i + 1, proposals.get(i).number()));
            }
        }
    }

    static void encode(SaPayload sa, OctetWriter out) {
        if (sa.proposals().isEmpty()) {
            throw new IllegalArgumentException("an SA payload needs a proposal");
        }
        for (int i = 0; i < sa.proposals().size(); i++) {
            boolean last = i == sa.proposals().size() - 1;
            encode(sa.proposals().get(i), last ? LAST : MORE_PROPOSALS, out);
        }
    }

    private static void encode(Proposal proposal, int lastOrMore, OctetWriter out) {
        int start = out.length();
        List<Transform> transforms = proposal.transforms();
        out.u8(lastOrMore)
                .u8(0)
                .u16(0)
                .u8(proposal.number())
                .u8(proposal.protocolId())
                .u8(proposal.spi().length())
                .u8(transforms.size())
                .octets(proposal.spi());
        for (int i = 0; i < transforms.size(); i++) {
            boolean last = i == transforms.size() - 1;
            encode(transforms.get(i), last ? LAST : MORE_TRANSFORMS, out);
        }
        out.setLengthU16(start + 2, out.length() - start);
    }

    private static void encode(Transform transform, int lastOrMore, OctetWriter out) {
        if (transform.unknownAttribute()) {
            throw new IllegalArgumentException("an unknown attribute cannot be written");
        }
        boolean keyLength = transform.keyLengthBits() != Transform.NO_KEY_LENGTH;
        out.u8(lastOrMore)
                .u8(0)
                .u16(TRANSFORM_HEADER_BYTES + (keyLength ? 4 : 0))
                .u8(transform.type())
                .u8(0)
                .u16(transform.id());
        if (keyLength) {
            out.u16(SHORT_ATTRIBUTE | KEY_LENGTH).u16(transform.keyLengthBits());
        }
    }
}
