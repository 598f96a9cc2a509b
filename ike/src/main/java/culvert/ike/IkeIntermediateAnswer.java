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

/** IKE_INTERMEDIATE as its responder: the next additional key exchange (RFC 9370 2.2.2). */
final class IkeIntermediateAnswer {
    private IkeIntermediateAnswer() {}

    /** Whether the peer owes us an additional key exchange before it may authenticate. */
    static boolean isDue(IkeSa sa) {
        return sa.channel().intermediateAuth().exchanges()
                < sa.channel().keysToCome().suite().additional().size();
    }

    static void answer(IkeSa sa, IkeMessage request, DatagramReceived datagram, Turn turn) {
        IkeSaChannel channel = sa.channel();
        int done = channel.intermediateAuth().exchanges();
        KeyExchangeMethod method = channel.keys().suite().additional().get(done);
        AdditionalKeyExchange.Answer ours;
        try {
            KePayload theirs = KeyExchangeGroups.requireKe(request, method);
            ours = AdditionalKeyExchange.answer(method, theirs.publicValue(), turn.random());
        } catch (Refusal | InvalidPublicValueException e) {
            sa.respond(
                    request.header(),
                    List.of(NotifyPayload.of(NotifyType.INVALID_SYNTAX)),
                    datagram,
                    turn);
            sa.end(
                    Reason.of(
                            "peer %s asks for the key exchange %s with what cannot be: %s"
                                    .formatted(sa.peerName(), method.keyword(), e.getMessage())),
                    turn);
            return;
        }
        try (Secret shared = ours.sharedSecret()) {
            List<Payload> payloads =
                    List.of(new KePayload(method.transformId(), ours.publicValue()));
            Octets response =
                    channel.content(
                            ExchangeType.IKE_INTERMEDIATE,
                            true,
                            request.header().messageId(),
                            payloads);
            // Still under the keys that both sides have; the next request comes under the new.
            sa.respond(request.header(), payloads, datagram, turn);
            channel.mix(shared, channel.keysToCome().handshake(), request.content(), response);
        }
    }
}
