package culvert.ike;

import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.message.DecodeResult;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.ProtocolId;
import culvert.ike.message.SaPayload;
import culvert.ike.message.SkCipher;
import java.util.List;
import java.util.Optional;

/**
 * A peer that answers some requests of the eastern gateway as the script says, and leaves the rest
 * to the western one. It takes the keys from the engines, which a network cannot.
 */
final class ScriptedAnswers {
    /** INVALID_KE_PAYLOAD asks for a group, here one that no test allows. */
    private static final Octets UNKNOWN_GROUP = Octets.ofHex("0001");

    private Optional<Integer> childRefusal = Optional.empty();
    private Optional<Integer> ikeRefusal = Optional.empty();

    ScriptedAnswers(SimulatedNetwork network) {
        network.rewrite(transmit -> answer(network, transmit));
    }

    /** Answers every N(REKEY_SA) for a CHILD SA with this notify. */
    void refuseChildRekeys(int notifyType) {
        childRefusal = Optional.of(notifyType);
    }

    /** Answers every request to rekey the IKE SA with this notify. */
    void refuseIkeRekeys(int notifyType) {
        ikeRefusal = Optional.of(notifyType);
    }

    void refuseNothing() {
        childRefusal = Optional.empty();
        ikeRefusal = Optional.empty();
    }

    /** Where the request would have gone on, its answer comes back instead. */
    private IkeAction.Transmit answer(SimulatedNetwork network, IkeAction.Transmit transmit) {
        boolean fromEast =
                transmit.local().getAddress().equals(network.east().settings().localAddress());
        if (!fromEast || !Messages.isRequest(transmit, ExchangeType.CREATE_CHILD_SA)) {
            return transmit;
        }
        IkeHeader sent = Messages.header(transmit);
        IkeSa sa =
                network.east().ikeSas().stream()
                        .filter(s -> s.channel().initiatorSpi().equals(sent.initiatorSpi()))
                        .findFirst()
                        .orElseThrow();
        IkeSaKeys keys = sa.channel().keys();
        Side east = sa.channel().originalInitiator() ? Side.INITIATOR : Side.RESPONDER;
        Side west = east == Side.INITIATOR ? Side.RESPONDER : Side.INITIATOR;
        DeterministicRandom random = new DeterministicRandom(0);
        IkeMessage request =
                ((DecodeResult.Ok)
                                MessageDecoder.open(transmit.message(), keys.cipher(east, random)))
                        .message();
        Optional<NotifyPayload> rekey = request.notify(NotifyType.REKEY_SA);
        boolean ofIkeSa =
                request.first(SaPayload.class).stream()
                        .flatMap(payload -> payload.proposals().stream())
                        .anyMatch(proposal -> proposal.protocolId() == ProtocolId.IKE);
        Optional<Integer> refusal =
                rekey.isPresent() ? childRefusal : ofIkeSa ? ikeRefusal : Optional.empty();
        if (refusal.isEmpty()) {
            return transmit;
        }
        IkeHeader asked = request.header();
        keepWindow(network, transmit, keys.cipher(east, random));
        IkeHeader header =
                new IkeHeader(
                        asked.initiatorSpi(),
                        asked.responderSpi(),
                        asked.exchangeType(),
                        !asked.fromOriginalInitiator(),
                        true,
                        asked.messageId());
        Octets data = refusal.get() == NotifyType.INVALID_KE_PAYLOAD ? UNKNOWN_GROUP : Octets.EMPTY;
        Payload notify =
                rekey.isPresent()
                        ? new NotifyPayload(
                                rekey.get().protocolId(), rekey.get().spi(), refusal.get(), data)
                        : NotifyPayload.of(refusal.get(), data);
        byte[] answer = MessageEncoder.seal(header, List.of(notify), keys.cipher(west, random));
        return new IkeAction.Transmit(transmit.remote(), transmit.local(), answer);
    }

    /** The western gateway must not miss a message ID: it gets an empty request in its place. */
    private static void keepWindow(
            SimulatedNetwork network, IkeAction.Transmit transmit, SkCipher cipher) {
        IkeHeader asked = Messages.header(transmit);
        IkeHeader header =
                new IkeHeader(
                        asked.initiatorSpi(),
                        asked.responderSpi(),
                        ExchangeType.INFORMATIONAL,
                        asked.fromOriginalInitiator(),
                        false,
                        asked.messageId());
        network.inject(
                network.west(),
                new IkeAction.Transmit(
                        transmit.local(),
                        transmit.remote(),
                        MessageEncoder.seal(header, List.of(), cipher)));
    }
}
