package culvert.ike;

import culvert.ike.crypto.KeyExchangeMethod;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.KePayload;
import culvert.ike.message.NoncePayload;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import java.util.Optional;

/** The payloads KE and Nonce of an exchange, and the quarrel about groups (RFC 7296 1.3, 2.7). */
final class KeyExchangeGroups {
    private static final int MIN_NONCE_BYTES = 16;
    private static final int MAX_NONCE_BYTES = 256;

    private KeyExchangeGroups() {}

    /** The number of the group that an INVALID_KE_PAYLOAD asks for: two octets. */
    static Optional<Integer> askedFor(NotifyPayload invalidKe) {
        Octets data = invalidKe.data();
        return data.length() == 2 ? Optional.of(data.at(0) << 8 | data.at(1)) : Optional.empty();
    }

    /** Tells the peer which group the proposal that we chose needs. */
    static NotifyPayload askFor(KeyExchangeMethod method) {
        int id = method.transformId();
        return NotifyPayload.of(
                NotifyType.INVALID_KE_PAYLOAD,
                Octets.copyOf(new byte[] {(byte) (id >>> 8), (byte) id}));
    }

    /** The KE payload of this method. */
    static KePayload requireKe(IkeMessage message, KeyExchangeMethod method) throws Refusal {
        return message.first(KePayload.class)
                .filter(ke -> ke.group() == method.transformId())
                .orElseThrow(
                        () ->
                                new Refusal(
                                        askFor(method),
                                        Reason.of(
                                                "the peer sent no public value of "
                                                        + method.keyword())));
    }

    static Octets nonce(IkeMessage message) throws Refusal {
        return message.first(NoncePayload.class)
                .map(NoncePayload::nonce)
                .filter(n -> n.length() >= MIN_NONCE_BYTES && n.length() <= MAX_NONCE_BYTES)
                .orElseThrow(() -> Refusal.syntax("the message has no nonce of 16 to 256 octets"));
    }
}
