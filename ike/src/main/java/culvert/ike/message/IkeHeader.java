package culvert.ike.message;

/**
 * The fixed header of every IKE message (RFC 7296 3.1), without the fields that the codec derives.
 *
 * @param initiatorSpi of the original initiator of the IKE SA
 * @param responderSpi of the original responder; zero in the first message
 * @param exchangeType one of {@link ExchangeType}, or whatever the peer sent
 * @param fromOriginalInitiator the I flag
 * @param response the R flag
 * @param messageId unsigned
 */
public record IkeHeader(
        IkeSpi initiatorSpi,
        IkeSpi responderSpi,
        int exchangeType,
        boolean fromOriginalInitiator,
        boolean response,
        int messageId) {
    public static final int LENGTH_BYTES = 28;
}
