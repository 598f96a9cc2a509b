package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.AdditionalKeyExchange;
import culvert.ike.crypto.InvalidPublicValueException;
import culvert.ike.crypto.KeyExchangeMethod;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.KePayload;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.model.Secret;
import culvert.model.Spi;
import java.util.List;
import java.util.Optional;

/**
 * One additional key exchange of an SA that we create, as its initiator (RFC 9370 2.2.4). The link
 * is the responder's, to find what it began.
 *
 * <pre>
 *   HDR, SK {SA, Ni, KEi, ...}        --&gt;
 *                                     &lt;--  HDR, SK {SA, Nr, KEr, ..., N(ADDITIONAL_KEY_EXCHANGE)}
 *   HDR, SK {KEi(n), N(ADDITIONAL_KEY_EXCHANGE)}  --&gt;
 *                                     &lt;--  HDR, SK {KEr(n) [, N(ADDITIONAL_KEY_EXCHANGE)]}
 * </pre>
 */
final class FollowupKe implements LocalExchange {
    private final FollowedUp origin;
    private final List<KeyExchangeMethod> methods;
    private final AdditionalSecrets secrets;
    private final AdditionalKeyExchange keyExchange;
    private boolean goesOn;

    private FollowupKe(
            FollowedUp origin,
            List<KeyExchangeMethod> methods,
            AdditionalSecrets secrets,
            AdditionalKeyExchange keyExchange) {
        this.origin = origin;
        this.methods = methods;
        this.secrets = secrets;
        this.keyExchange = keyExchange;
    }

    /**
     * @param methods at least one
     * @param before the response that has the link
     */
    static void start(
            IkeSa sa,
            FollowedUp origin,
            List<KeyExchangeMethod> methods,
            IkeMessage before,
            Turn turn)
            throws Refusal {
        start(sa, origin, methods, new AdditionalSecrets(), before, turn);
    }

    private static void start(
            IkeSa sa,
            FollowedUp origin,
            List<KeyExchangeMethod> methods,
            AdditionalSecrets secrets,
            IkeMessage before,
            Turn turn)
            throws Refusal {
        Octets link =
                before.notify(NotifyType.ADDITIONAL_KEY_EXCHANGE)
                        .map(NotifyPayload::data)
                        .orElseThrow(
                                () ->
                                        Refusal.syntax(
                                                "the answer does not lead to the key exchange "
                                                        + methods.getFirst().keyword()));
        KeyExchangeMethod method = methods.getFirst();
        AdditionalKeyExchange keyExchange = AdditionalKeyExchange.generate(method, turn.random());
        sa.request(
                new FollowupKe(origin, methods, secrets, keyExchange),
                List.of(
                        new KePayload(method.transformId(), keyExchange.publicValue()),
                        NotifyPayload.of(NotifyType.ADDITIONAL_KEY_EXCHANGE, link)),
                turn);
    }

    /** The exchange that began it all. */
    FollowedUp origin() {
        return origin;
    }

    @Override
    public void peerDeleted(Spi spi) {
        switch (origin) {
            case CreateChildSa create -> create.peerDeleted(spi);
            case RekeyChildSa rekey -> rekey.peerDeleted(spi);
            case RekeyIkeSa rekey -> {}
        }
    }

    @Override
    public int exchangeType() {
        return ExchangeType.IKE_FOLLOWUP_KE;
    }

    @Override
    public void onResponse(IkeSa sa, IkeMessage response, DatagramReceived datagram, Turn turn) {
        Optional<NotifyPayload> error = response.error();
        if (error.isPresent()) {
            origin.discard(turn);
            origin.notFollowedUp(sa, error.get(), turn);
            return;
        }
        try {
            KePayload theirs = KeyExchangeGroups.requireKe(response, methods.getFirst());
            try (Secret shared = keyExchange.sharedSecret(theirs.publicValue())) {
                secrets.add(shared);
            }
            List<KeyExchangeMethod> left = methods.subList(1, methods.size());
            if (!left.isEmpty()) {
                start(sa, origin, left, secrets, response, turn);
                goesOn = true;
                return;
            }
        } catch (Refusal | InvalidPublicValueException e) {
            // The peer may have an SA that we cannot use, and no name for it in common.
            sa.delete(
                    Reason.of(
                            "peer %s answered IKE_FOLLOWUP_KE with what cannot be: %s"
                                    .formatted(sa.peerName(), e.getMessage())),
                    turn);
            return;
        }
        goesOn = true;
        origin.followedUp(sa, secrets.take(), turn);
    }

    @Override
    public void end(Turn turn) {
        keyExchange.close();
        if (!goesOn) {
            secrets.close();
            origin.discard(turn);
        }
    }
}
