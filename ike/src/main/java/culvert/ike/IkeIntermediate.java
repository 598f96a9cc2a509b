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
import culvert.ike.message.Payload;
import culvert.model.Secret;
import java.util.List;
import java.util.Optional;

/**
 * One additional key exchange of an IKE SA that begins, as its initiator (RFC 9370 2.2.2).
 *
 * <pre>
 *   HDR, SK {KEi(n)}  --&gt;
 *                     &lt;--  HDR, SK {KEr(n)}
 * </pre>
 *
 * <p>What follows is protected by keys that depend on it.
 */
final class IkeIntermediate implements LocalExchange {
    private final Handshake handshake;
    private final KeyExchangeMethod method;
    private final AdditionalKeyExchange keyExchange;
    private final Octets request;

    private IkeIntermediate(
            Handshake handshake,
            KeyExchangeMethod method,
            AdditionalKeyExchange keyExchange,
            Octets request) {
        this.handshake = handshake;
        this.method = method;
        this.keyExchange = keyExchange;
        this.request = request;
    }

    /** The next additional key exchange of the suite, or IKE_AUTH when there is none left. */
    static void startOrAuthenticate(IkeSa sa, Handshake handshake, Turn turn) {
        List<KeyExchangeMethod> methods = sa.channel().keys().suite().additional();
        int done = sa.channel().intermediateAuth().exchanges();
        if (done == methods.size()) {
            IkeAuth.start(sa, handshake, turn);
            return;
        }
        KeyExchangeMethod method = methods.get(done);
        AdditionalKeyExchange keyExchange = AdditionalKeyExchange.generate(method, turn.random());
        List<Payload> payloads =
                List.of(new KePayload(method.transformId(), keyExchange.publicValue()));
        Octets request =
                sa.channel().content(ExchangeType.IKE_INTERMEDIATE, false, done + 1, payloads);
        sa.request(new IkeIntermediate(handshake, method, keyExchange, request), payloads, turn);
    }

    @Override
    public int exchangeType() {
        return ExchangeType.IKE_INTERMEDIATE;
    }

    @Override
    public void onResponse(IkeSa sa, IkeMessage response, DatagramReceived datagram, Turn turn) {
        if (sa.deleteReason().isPresent()) {
            // The peer has nothing established that it would have to be told about.
            sa.end(sa.deleteReason().get(), turn);
            return;
        }
        Optional<NotifyPayload> error = response.error();
        if (error.isPresent()) {
            sa.end(
                    Reason.of(
                                    "peer %s refused the key exchange %s (%s)"
                                            .formatted(
                                                    sa.peerName(),
                                                    method.keyword(),
                                                    NotifyType.name(error.get().notifyType())))
                            .peerSaid(error.get()),
                    turn);
            return;
        }
        try {
            KePayload theirs = KeyExchangeGroups.requireKe(response, method);
            try (Secret shared = keyExchange.sharedSecret(theirs.publicValue())) {
                sa.channel().mix(shared, handshake, request, response.content());
            }
        } catch (Refusal | InvalidPublicValueException e) {
            sa.end(
                    Reason.of(
                            "peer %s answered the key exchange %s with what cannot be: %s"
                                    .formatted(sa.peerName(), method.keyword(), e.getMessage())),
                    turn);
            return;
        }
        startOrAuthenticate(sa, handshake, turn);
    }

    @Override
    public Reason noAnswer(IkeSa sa, int tries) {
        return Reason.of(
                ("%s answered IKE_SA_INIT but not IKE_INTERMEDIATE (%d tries): check that UDP %d"
                                + " reaches it, and that the path carries long datagrams")
                        .formatted(sa.peerName(), tries, sa.path().remote().getPort()));
    }

    @Override
    public void end(Turn turn) {
        keyExchange.close();
    }
}
