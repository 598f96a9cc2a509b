package culvert.bgp.message;

import java.util.List;
import java.util.Optional;

/** Octets of messages, put together by hand. */
final class Wire {
    static final Negotiated EBGP = session(true, true);
    static final Negotiated IBGP = session(false, true);
    static final Negotiated OLD_EBGP = session(true, false);

    private Wire() {}

    static Negotiated session(boolean external, boolean fourOctetAs) {
        return new Negotiated(
                external,
                fourOctetAs,
                List.of(AddressFamily.IPV4_UNICAST, AddressFamily.IPV6_UNICAST),
                false,
                true,
                true,
                30,
                Optional.empty(),
                false);
    }

    /** The body of an UPDATE of these hexadecimal fields. */
    static MessageFramer.Frame.Whole update(String withdrawn, String attributes, String nlri) {
        String w = withdrawn.replace(" ", "");
        String a = attributes.replace(" ", "");
        return frame(
                MessageType.UPDATE,
                "%04x%s%04x%s%s"
                        .formatted(w.length() / 2, w, a.length() / 2, a, nlri.replace(" ", "")));
    }

    static MessageFramer.Frame.Whole frame(int type, String hex) {
        return new MessageFramer.Frame.Whole(type, Octets.ofHex(hex.replace(" ", "")));
    }

    /** What a framer makes of a whole message. */
    static DecodeResult decode(byte[] message, Negotiated session) {
        MessageFramer framer = new MessageFramer(true);
        framer.feed(message);
        return switch (framer.next()) {
            case MessageFramer.Frame.Whole whole -> MessageDecoder.decode(whole, session);
            case MessageFramer.Frame.Malformed(DecodeError error) ->
                    new DecodeResult.Malformed(error);
            case MessageFramer.Frame.Incomplete _ ->
                    throw new IllegalArgumentException("not a whole message");
        };
    }
}
