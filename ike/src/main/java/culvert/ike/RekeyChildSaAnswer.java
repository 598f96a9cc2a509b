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
        Optional<ChildSa> old = named(sa, rekey);
        if (old.isEmpty()) {
            RekeyCollision.checkUnknownChild(sa);
            // RFC 7296 2.25: with the protocol and SPI of the request.
            throw new Refusal(
                    new NotifyPayload(
                            rekey.protocolId(),
                            rekey.spi(),
                            NotifyType.CHILD_SA_NOT_FOUND,
                            Octets.EMPTY),
                    Reason.of("peer %s rekeys a CHILD SA unknown here".formatted(sa.peerName())));
        }
        ChildSa replaced = old.get();
        if (RekeyCollision.ourDeletion(sa)
                .filter(deletion -> deletion.hold(replaced, request, datagram, turn))
                .isPresent()) {
            return;
        }
        RekeyCollision.checkChildRekey(sa, replaced);
        ChildAnswer answer = ChildAnswer.inCreateChildSa(sa, request, turn);
        ChildAgreement agreement = answer.agreement();
        if (agreement.proposal().additional().isEmpty()) {
            complete(
                    sa,
                    agreement,
                    replaced,
                    () -> sa.respond(request.header(), answer.payloads(), datagram, turn),
                    turn);
        } else if (RekeyCollision.ourRekey(sa, replaced).isPresent()) {
            sa.tunnel().counts().childRekeyCollision();
            agreement.discard(turn);
            throw RekeyCollision.followups();
        } else {
            FollowupKeAnswer.begin(
                    sa,
                    new Awaited.ChildRekey(agreement, replaced),
                    request,
                    answer.payloads(),
                    datagram,
                    turn);
        }
    }

    static void complete(
            IkeSa sa, ChildAgreement agreement, ChildSa replaced, Runnable respond, Turn turn) {
        ChildSa child = ChildSa.install(sa, agreement, Optional.of(replaced), turn);
        sa.addChild(child);
        replaced.succeededBy(child, turn);
        RekeyCollision.ourRekey(sa, replaced)
                .ifPresent(
                        ours -> {
                            sa.tunnel().counts().childRekeyCollision();
                            ours.crossedBy(child, agreement.lowestNonce());
                        });
        respond.run();
    }

    /** The SPI is that of the peer's inbound SA, our outbound one. */
    private static Optional<ChildSa> named(IkeSa sa, NotifyPayload rekey) {
        return rekey.protocolId() == ProtocolId.ESP && rekey.spi().length() == SPI_BYTES
                ? ChildSa.named(sa, new Spi(rekey.spi().intAt(0)))
                : Optional.empty();
    }
}
