package culvert.bgp.message;

import java.util.List;

/** Bodies of messages to values. */
public final class MessageDecoder {
    private MessageDecoder() {}

    /**
     * Reads one message.
     *
     * @param frame a message whose header {@link MessageFramer} has checked
     */
    public static DecodeResult decode(MessageFramer.Frame.Whole frame, Negotiated session) {
        OctetReader body = frame.body().reader();
        return switch (frame.type()) {
            case MessageType.OPEN -> OpenDecoder.decode(body);
            case MessageType.UPDATE -> new UpdateDecoder(session).decode(body);
            case MessageType.NOTIFICATION -> decoded(notification(body));
            case MessageType.KEEPALIVE -> decoded(new Keepalive());
            case MessageType.ROUTE_REFRESH -> routeRefresh(body, frame);
            default -> throw new IllegalArgumentException("type " + frame.type());
        };
    }

    /**
     * RFC 4271 6.4: an error in a NOTIFICATION is not answered, so what is missing counts as zero.
     */
    private static Notification notification(OctetReader body) {
        int code = body.isAtEnd() ? 0 : body.u8();
        int subcode = body.isAtEnd() ? 0 : body.u8();
        return new Notification(code, subcode, body.rest());
    }

    /** AFI (2 octets), subtype (1), SAFI (1); RFC 2918 3 calls the subtype reserved. */
    private static DecodeResult routeRefresh(OctetReader body, MessageFramer.Frame.Whole frame) {
        int afi = body.u16();
        int subtype = body.u8();
        int safi = body.u8();
        boolean marks =
                subtype == RouteRefresh.BEGIN_OF_ROUTE_REFRESH
                        || subtype == RouteRefresh.END_OF_ROUTE_REFRESH;
        if (marks && !body.isAtEnd()) {
            // RFC 7313 5: the data is the whole message. What follows a plain request is an
            // outbound route filter (RFC 5291), which we never offered and may ignore.
            Octets message = Octets.copyOf(MessageEncoder.frame(frame.type(), frame.body()));
            return new DecodeResult.Malformed(
                    DecodeError.reset(
                            "a ROUTE-REFRESH with subtype %d has %d octets too many"
                                    .formatted(subtype, body.remaining()),
                            new Notification(Notification.ROUTE_REFRESH_ERROR, 1, message)));
        }
        return decoded(new RouteRefresh(afi, safi, subtype));
    }

    private static DecodeResult decoded(BgpMessage message) {
        return new DecodeResult.Decoded(message, List.of());
    }
}
