package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.ProtocolId;
import culvert.model.Spi;
import java.util.Optional;

/**
 * CREATE_CHILD_SA for the successor of a CHILD SA, as its responder (RFC 7296 1.3.3).
 *
 * <p>We receive on the new SA at once and send on the old one still: the initiator cannot receive
 * on the new one before our response is there. Its DELETE of the old one, or its first packet on
 * the new one, says that it can.
 */
final class RekeyChildSaAnswer {
    private static final int SPI_BYTES = 4;

    private RekeyChildSaAnswer() {}

    static void answer(
            IkeSa sa, NotifyPayload rekey, IkeMessage request, DatagramReceived datagram, Turn turn)
            throws Refusal {
        Optional<ChildSa> old =
                sa.children().stream().filter(child -> isNamed(rekey, child)).findFirst();
        if (old.isEmpty() && sa.state() == IkeSa.State.ESTABLISHED) {
            // RFC 7296 2.25: with the protocol and SPI of the request.
            throw new Refusal(
                    new NotifyPayload(
                            rekey.protocolId(),
                            rekey.spi(),
                            NotifyType.CHILD_SA_NOT_FOUND,
                            Octets.EMPTY),
                    Reason.of("peer %s rekeys a CHILD SA unknown here".formatted(sa.peerName())));
        }
        if (old.isPresent()) {
            RekeyCollision.checkChildRekey(sa, old.get());
        } else {
            RekeyCollision.checkNewChild(sa);
        }
        ChildAnswer answer = ChildAnswer.inCreateChildSa(sa.tunnel().settings(), request, turn);
        ChildSa child = ChildSa.install(sa, answer.agreement(), old, turn);
        sa.addChild(child);
        old.ifPresent(replaced -> replaced.awaitDelete(turn));
        sa.respond(request.header(), answer.payloads(), datagram, turn);
    }

    /** The SPI is that of the peer's inbound SA, our outbound one. */
    private static boolean isNamed(NotifyPayload rekey, ChildSa child) {
        return rekey.protocolId() == ProtocolId.ESP
                && rekey.spi().length() == SPI_BYTES
                && new Spi(rekey.spi().intAt(0)).equals(child.outboundSpi());
    }
}
