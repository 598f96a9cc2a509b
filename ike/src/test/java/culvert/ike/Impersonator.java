package culvert.ike;

import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.message.DecodeResult;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.Payload;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.RawMessage;
import java.util.List;

/** Speaks with the keys of one end, to say what that end would never say. */
final class Impersonator {
    private final IkeSa sa;
    private final IkeSaKeys keys;
    private final Side side;
    private final long nowNanos;
    private final DeterministicRandom random = new DeterministicRandom(99);

    Impersonator(SimulatedGateway victim, long nowNanos) {
        this.sa = victim.ikeSas().getFirst();
        this.keys = sa.channel().keys();
        this.side = sa.channel().originalInitiator() ? Side.INITIATOR : Side.RESPONDER;
        this.nowNanos = nowNanos;
    }

    /** Sends a request straight to the other gateway; what it sends then comes back. */
    List<IkeAction.Transmit> request(
            SimulatedGateway to, int exchangeType, int messageId, Payload... payloads) {
        return deliver(to, seal(exchangeType, false, messageId, payloads));
    }

    List<IkeAction.Transmit> respond(
            SimulatedGateway to, int exchangeType, int messageId, Payload... payloads) {
        return deliver(to, seal(exchangeType, true, messageId, payloads));
    }

    List<IkeAction.Transmit> deliver(SimulatedGateway to, byte[] message) {
        return to.handle(
                new IkeInput.DatagramReceived(sa.path().remote(), sa.path().local(), message),
                nowNanos);
    }

    byte[] seal(int exchangeType, boolean response, int messageId, Payload... payloads) {
        return MessageEncoder.seal(
                header(exchangeType, response, messageId),
                List.of(payloads),
                keys.cipher(side, random));
    }

    /** The same for what no encoder writes. */
    byte[] seal(int exchangeType, boolean response, int messageId, RawMessage content) {
        return content.sealed(header(exchangeType, response, messageId), keys.cipher(side, random));
    }

    private IkeHeader header(int exchangeType, boolean response, int messageId) {
        return new IkeHeader(
                sa.channel().initiatorSpi(),
                sa.channel().responderSpi(),
                exchangeType,
                side == Side.INITIATOR,
                response,
                messageId);
    }

    /** Reads what the other gateway answered. */
    IkeMessage open(IkeAction.Transmit transmit) {
        Side other = side == Side.INITIATOR ? Side.RESPONDER : Side.INITIATOR;
        return ((DecodeResult.Ok)
                        MessageDecoder.open(transmit.message(), keys.cipher(other, random)))
                .message();
    }
}
