package culvert.bgp.message;

import java.util.ArrayList;
import java.util.List;

/** Values to whole messages, header included. */
public final class MessageEncoder {
    private MessageEncoder() {}

    /**
     * Writes one message.
     *
     * @throws IllegalArgumentException when an UPDATE names two next hops for one family or does
     *     not fit into a message; {@link UpdatePacker} makes ones that fit
     */
    public static byte[] encode(BgpMessage message, Negotiated session) {
        OctetWriter body = new OctetWriter();
        switch (message) {
            case Open open -> open(body, open);
            case Update update -> update(body, update, session);
            case EndOfRib end -> endOfRib(body, end.family());
            case Notification n -> notification(body, n, session.maximumMessageOctets());
            case Keepalive k -> {}
            case RouteRefresh r -> body.u16(r.afi()).u8(r.subtype()).u8(r.safi());
        }
        byte[] encoded = frame(message.type(), Octets.copyOf(body.toByteArray()));
        if (message instanceof Update && encoded.length > session.maximumMessageOctets()) {
            throw new IllegalArgumentException(
                    "an UPDATE of " + encoded.length + " octets is too long for the peer");
        }
        return encoded;
    }

    /** The header before a body. */
    static byte[] frame(int type, Octets body) {
        OctetWriter out = new OctetWriter();
        for (int i = 0; i < MessageFramer.MARKER_OCTETS; i++) {
            out.u8(0xFF);
        }
        out.u16(MessageFramer.HEADER_OCTETS + body.length()).u8(type).octets(body);
        return out.toByteArray();
    }

    /** The data repeats what the peer sent, which may be longer than what the peer takes. */
    private static void notification(OctetWriter out, Notification n, int maximumOctets) {
        int room = maximumOctets - MessageFramer.HEADER_OCTETS - 2;
        out.u8(n.code()).u8(n.subcode());
        out.octets(Octets.copyOf(n.data().toByteArray(), 0, Math.min(room, n.data().length())));
    }

    private static void open(OctetWriter out, Open open) {
        OctetWriter capabilities = new OctetWriter();
        open.capabilities().forEach(c -> CapabilityCodec.encode(capabilities, c));
        out.u8(Open.VERSION).u16(AsPathCodec.twoOctets(open.asn())).u16(open.holdTimeSeconds());
        out.i32(open.bgpIdentifier());
        int length = capabilities.length();
        if (length == 0) {
            out.u8(0);
        } else if (length + 2 < OpenDecoder.EXTENDED_LENGTH) {
            out.u8(length + 2).u8(2).u8(length).bytes(capabilities.toByteArray());
        } else {
            // RFC 9072 2
            out.u8(OpenDecoder.EXTENDED_LENGTH).u8(OpenDecoder.EXTENDED_LENGTH).u16(length + 3);
            out.u8(2).u16(length).bytes(capabilities.toByteArray());
        }
    }

    private static void endOfRib(OctetWriter out, AddressFamily family) {
        out.u16(0);
        int lengthAt = out.length();
        out.u16(0);
        if (family != AddressFamily.IPV4_UNICAST) {
            AttributeEncoder.unreach(out, family, List.of());
        }
        out.setU16(lengthAt, out.length() - lengthAt - 2);
    }

    private static void update(OctetWriter out, Update update, Negotiated session) {
        List<Nlri> classicWithdrawn = ofFamily(update.withdrawn(), AddressFamily.IPV4_UNICAST);
        List<Nlri> otherWithdrawn = ofFamily(update.withdrawn(), AddressFamily.IPV6_UNICAST);
        List<Nlri> classic = List.of();
        OctetWriter attributes = new OctetWriter();
        // RFC 7606 5.1: MP_REACH_NLRI or MP_UNREACH_NLRI comes first.
        if (!otherWithdrawn.isEmpty()) {
            AttributeEncoder.unreach(attributes, AddressFamily.IPV6_UNICAST, otherWithdrawn);
        }
        OctetWriter rest = new OctetWriter();
        AttributeEncoder.encode(rest, update.attributes(), session.fourOctetAs());
        boolean reaches = false;
        for (Update.Reachable reachable : update.reachable()) {
            AddressFamily family = reachable.prefixes().getFirst().family();
            boolean classicFits =
                    family == AddressFamily.IPV4_UNICAST
                            && classic.isEmpty()
                            && reachable.nextHop().getAddress().length == 4;
            if (classicFits) {
                classic = reachable.prefixes();
                AttributeEncoder.nextHop(rest, reachable.nextHop());
            } else if (!reaches) {
                AttributeEncoder.reach(
                        attributes, family, reachable.nextHop(), reachable.prefixes());
                reaches = true;
            } else {
                throw new IllegalArgumentException("an UPDATE has one MP_REACH_NLRI");
            }
        }
        attributes.bytes(rest.toByteArray());
        OctetWriter withdrawn = new OctetWriter();
        NlriCodec.encode(withdrawn, classicWithdrawn);
        out.u16(withdrawn.length()).bytes(withdrawn.toByteArray());
        out.u16(attributes.length()).bytes(attributes.toByteArray());
        NlriCodec.encode(out, classic);
    }

    private static List<Nlri> ofFamily(List<Nlri> prefixes, AddressFamily family) {
        List<Nlri> of = new ArrayList<>();
        for (Nlri nlri : prefixes) {
            if (nlri.family() == family) {
                of.add(nlri);
            }
        }
        return of;
    }
}
