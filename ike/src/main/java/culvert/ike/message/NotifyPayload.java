package culvert.ike.message;

/**
 * N (RFC 7296 3.10).
 *
 * @param protocolId of the SPI, {@link ProtocolId#NONE} without one
 * @param spi empty unless the notify concerns a CHILD SA
 */
public record NotifyPayload(int protocolId, Octets spi, int notifyType, Octets data)
        implements Payload {

    public static NotifyPayload of(int notifyType) {
        return of(notifyType, Octets.EMPTY);
    }

    public static NotifyPayload of(int notifyType, Octets data) {
        return new NotifyPayload(ProtocolId.NONE, Octets.EMPTY, notifyType, data);
    }

    public boolean isError() {
        return notifyType < NotifyType.FIRST_STATUS;
    }
}
