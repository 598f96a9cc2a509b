package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.ProtocolId;
import culvert.ike.message.SaPayload;
import java.util.List;
import java.util.Optional;

/**
 * CREATE_CHILD_SA as its responder (RFC 7296 1.3): one exchange type for three requests, told apart
 * by N(REKEY_SA) and by the protocol of the proposals.
 */
final class CreateChildSaAnswer {
    private CreateChildSaAnswer() {}

    static void answer(IkeSa sa, IkeMessage request, DatagramReceived datagram, Turn turn) {
        sa.followups().giveUp(turn);
        Optional<NotifyPayload> rekey = request.notify(NotifyType.REKEY_SA);
        try {
            if (rekey.isPresent()) {
                RekeyChildSaAnswer.answer(sa, rekey.get(), request, datagram, turn);
            } else if (isForIkeSa(request)) {
                RekeyIkeSaAnswer.answer(sa, request, datagram, turn);
            } else {
                answerNewChild(sa, request, datagram, turn);
            }
        } catch (Refusal refusal) {
            refuse(sa, refusal, request, datagram, turn);
        }
    }

    static void refuse(
            IkeSa sa, Refusal refusal, IkeMessage request, DatagramReceived datagram, Turn turn) {
        NotifyPayload notify = refusal.notifyPayload();
        sa.respond(request.header(), List.of(notify), datagram, turn);
        switch (notify.notifyType()) {
            // RFC 7296 2.21.3: both sides give the IKE SA up.
            case NotifyType.INVALID_SYNTAX -> sa.end(refusal.reason(), turn);
            case NotifyType.NO_PROPOSAL_CHOSEN, NotifyType.TS_UNACCEPTABLE ->
                    sa.tunnel().condition().warn(refusal.reason(), turn);
            default -> {}
        }
    }

    private static boolean isForIkeSa(IkeMessage request) {
        return request.first(SaPayload.class)
                .filter(
                        sa ->
                                sa.proposals().stream()
                                        .anyMatch(p -> p.protocolId() == ProtocolId.IKE))
                .isPresent();
    }

    /** A tunnel has one CHILD SA: a new one takes over from one that the peer must have lost. */
    private static void answerNewChild(
            IkeSa sa, IkeMessage request, DatagramReceived datagram, Turn turn) throws Refusal {
        RekeyCollision.checkUnknownChild(sa);
        ChildAnswer answer = ChildAnswer.inCreateChildSa(sa, request, turn);
        ChildAgreement agreement = answer.agreement();
        if (agreement.proposal().additional().isEmpty()) {
            complete(
                    sa,
                    agreement,
                    () -> sa.respond(request.header(), answer.payloads(), datagram, turn),
                    turn);
        } else {
            FollowupKeAnswer.begin(
                    sa,
                    new Awaited.NewChild(agreement),
                    request,
                    answer.payloads(),
                    datagram,
                    turn);
        }
    }

    static void complete(IkeSa sa, ChildAgreement agreement, Runnable respond, Turn turn) {
        List<ChildSa> others = List.copyOf(sa.children());
        ChildSa child = ChildSa.install(sa, agreement, Optional.empty(), turn);
        sa.addChild(child);
        respond.run();
        child.useOutbound(sa, turn);
        for (ChildSa other : others) {
            other.stopOutbound(turn);
            other.wantDelete();
        }
    }
}
