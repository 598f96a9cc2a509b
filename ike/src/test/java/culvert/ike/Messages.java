package culvert.ike;

import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.MessageDecoder;

/** Looking at messages from outside. */
final class Messages {
    static final int INFORMATIONAL = ExchangeType.INFORMATIONAL;
    static final int CREATE_CHILD_SA = ExchangeType.CREATE_CHILD_SA;

    private Messages() {}

    static IkeHeader header(IkeAction.Transmit transmit) {
        return MessageDecoder.peekHeader(transmit.message()).orElseThrow();
    }

    static boolean isRequest(IkeAction.Transmit transmit, int exchangeType) {
        return header(transmit).exchangeType() == exchangeType && !header(transmit).response();
    }

    static boolean isResponse(IkeAction.Transmit transmit, int exchangeType) {
        return header(transmit).exchangeType() == exchangeType && header(transmit).response();
    }
}
