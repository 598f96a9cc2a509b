package culvert.ike;

import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.crypto.InvalidPublicValueException;
import culvert.ike.crypto.KeyExchange;
import culvert.ike.message.DecodeResult;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a half-open responder needs to derive its keys. It does so when the first protected message
 * arrives, so that an IKE_SA_INIT from a forged address costs no Diffie-Hellman.
 */
final class KeysToCome implements AutoCloseable {
    private static final int MAX_OTHER_REQUESTS = 4;

    private final IkeSuite suite;
    private final KeyExchange keyExchange;
    private final Octets peerPublicValue;
    private final Handshake handshake;
    private final List<Octets> otherRequests = new ArrayList<>();

    KeysToCome(
            IkeSuite suite, KeyExchange keyExchange, Octets peerPublicValue, Handshake handshake) {
        this.suite = suite;
        this.keyExchange = keyExchange;
        this.peerPublicValue = peerPublicValue;
        this.handshake = handshake;
    }

    IkeSuite suite() {
        return suite;
    }

    Handshake handshake() {
        return handshake;
    }

    /**
     * Whether this is our IKE_SA_INIT request but for its cookie. A first copy may have been
     * answered with a demand for one, and a second copy, later, with an IKE SA: the initiator
     * meanwhile repeats itself with the cookie, and signs that (RFC 7296 2.6, 2.15).
     */
    boolean alsoRequestedBy(byte[] message) {
        Optional<List<Payload>> payloads = withoutCookie(message);
        if (payloads.isEmpty()
                || !payloads.equals(withoutCookie(handshake.request().toByteArray()))) {
            return false;
        }
        Octets octets = Octets.copyOf(message);
        if (!otherRequests.contains(octets) && otherRequests.size() < MAX_OTHER_REQUESTS) {
            otherRequests.add(octets);
        }
        return true;
    }

    private static Optional<List<Payload>> withoutCookie(byte[] message) {
        return MessageDecoder.decode(message) instanceof DecodeResult.Ok ok
                ? Optional.of(
                        ok.message().payloads().stream()
                                .filter(
                                        p ->
                                                !(p instanceof NotifyPayload n
                                                        && n.notifyType() == NotifyType.COOKIE))
                                .toList())
                : Optional.empty();
    }

    /** Every form of the request that the initiator may sign. */
    List<Octets> requests() {
        List<Octets> requests = new ArrayList<>(otherRequests);
        requests.addFirst(handshake.request());
        return requests;
    }

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
