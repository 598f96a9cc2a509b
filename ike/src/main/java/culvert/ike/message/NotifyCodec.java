package culvert.ike.message;

/**
 * N (RFC 7296 3.10). The data of notifies that Culvert acts on is checked here, so that whoever
 * acts need not.
 *
 * <pre>
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |  Protocol ID  |   SPI Size    |      Notify Message Type      |
 * +---------------+---------------+-------------------------------+
 * |                 SPI (variable), then data (variable)          |
 * +---------------------------------------------------------------+
 * </pre>
 */
final class NotifyCodec {
    private static final int COOKIE_MAX_BYTES = 64; // RFC 7296 2.6
    private static final int SHA1_BYTES = 20; // RFC 7296 2.23

    private NotifyCodec() {}

    static NotifyPayload decode(OctetReader in) throws MalformedMessageException {
        int protocolId = in.u8();
        int spiBytes = in.u8();
        int notifyType = in.u16();
        requireSpiBytes(protocolId, spiBytes);
        Octets spi = in.octets(spiBytes);
        NotifyPayload notify = new NotifyPayload(protocolId, spi, notifyType, in.rest());
        if (!hasPossibleContent(notify)) {
            throw MalformedMessageException.syntax(
                    "%s with an SPI of %d octets and %d of data"
                            .formatted(
                                    NotifyType.name(notifyType), spiBytes, notify.data().length()));
        }
        return notify;
    }

    private static void requireSpiBytes(int protocolId, int spiBytes)
            throws MalformedMessageException {
        boolean possible =
                spiBytes == 0
                        || switch (protocolId) {
                            case ProtocolId.IKE -> spiBytes == 8;
                            case ProtocolId.AH, ProtocolId.ESP -> spiBytes == 4;
                            default -> true;
                        };
        if (!possible) {
            throw MalformedMessageException.syntax(
                    "a notify for protocol %d has an SPI of %d octets"
                            .formatted(protocolId, spiBytes));
        }
    }

    private static boolean hasPossibleContent(NotifyPayload notify) {
        int dataBytes = notify.data().length();
        return switch (notify.notifyType()) {
            case NotifyType.INVALID_KE_PAYLOAD -> dataBytes == 2;
            case NotifyType.SET_WINDOW_SIZE -> dataBytes == 4;
            case NotifyType.COOKIE -> dataBytes >= 1 && dataBytes <= COOKIE_MAX_BYTES;
            case NotifyType.NAT_DETECTION_SOURCE_IP, NotifyType.NAT_DETECTION_DESTINATION_IP ->
                    dataBytes == SHA1_BYTES;
            case NotifyType.REKEY_SA ->
                    notify.spi().length() == 4 && notify.protocolId() != ProtocolId.NONE;
            case NotifyType.SIGNATURE_HASH_ALGORITHMS -> dataBytes % 2 == 0;
            default -> true;
        };
    }

    static void encode(NotifyPayload notify, OctetWriter out) {
        out.u8(notify.protocolId())
                .u8(notify.spi().length())
                .u16(notify.notifyType())
                .octets(notify.spi())
                .octets(notify.data());
    }
}
