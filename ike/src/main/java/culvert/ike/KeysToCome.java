package culvert.ike;

import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.crypto.InvalidPublicValueException;
import culvert.ike.crypto.KeyExchange;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.Octets;
import culvert.model.Secret;

/**
 * What a half-open responder needs to derive its keys. It does so when the first protected message
 * arrives, so that an IKE_SA_INIT from a forged address costs no Diffie-Hellman.
 */
record KeysToCome(
        IkeSuite suite, KeyExchange keyExchange, Octets peerPublicValue, Handshake handshake)
        implements AutoCloseable {

    IkeSaKeys derive(IkeSpi initiatorSpi, IkeSpi responderSpi) throws InvalidPublicValueException {
        try (Secret shared = keyExchange.sharedSecret(peerPublicValue)) {
            return IkeSaKeys.derive(
                    suite,
                    shared,
                    handshake.nonceI(),
                    handshake.nonceR(),
                    initiatorSpi,
                    responderSpi);
        }
    }

    @Override
    public void close() {
        keyExchange.close();
    }
}
