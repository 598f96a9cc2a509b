package culvert.ike.crypto;

import culvert.model.Secret;

/**
 * KEYMAT of one CHILD SA, cut by direction (RFC 7296 2.17); each part is key then salt (RFC 4106
 * 8.1). Whoever asked for them owns and wipes them.
 *
 * @param initiatorToResponder for what the initiator of the exchange sends; it comes first
 */
public record ChildSaKeys(Secret initiatorToResponder, Secret responderToInitiator)
        implements AutoCloseable {
    @Override
    public void close() {
        initiatorToResponder.close();
        responderToInitiator.close();
    }
}
