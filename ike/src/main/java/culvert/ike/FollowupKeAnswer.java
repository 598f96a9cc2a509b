package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.AdditionalKeyExchange;
import culvert.ike.crypto.InvalidPublicValueException;
import culvert.ike.crypto.KeyExchangeMethod;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.KePayload;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * IKE_FOLLOWUP_KE as its responder (RFC 9370 2.2.4): what the peer began with CREATE_CHILD_SA, and
 * how far it has come. An IKE SA has one of these at most; the peer's next CREATE_CHILD_SA gives it
 * up.
 */
final class FollowupKeAnswer {
    private static final int LINK_BYTES = 16;

    private final Awaited awaited;
    private final AdditionalSecrets secrets = new AdditionalSecrets();
    private Octets link;
    private int done;

    private FollowupKeAnswer(Awaited awaited, Octets link) {
        this.awaited = awaited;
        this.link = link;
    }

    /** Answers CREATE_CHILD_SA: the SA comes with the last of the additional key exchanges. */
    static void begin(
            IkeSa sa,
            Awaited awaited,
            IkeMessage request,
            List<Payload> answer,
            DatagramReceived datagram,
            Turn turn) {
        FollowupKeAnswer followup = new FollowupKeAnswer(awaited, turn.randomOctets(LINK_BYTES));
        sa.followups().await(followup, turn);
        List<Payload> payloads = new ArrayList<>(answer);
        payloads.add(followup.linkPayload());
        sa.respond(request.header(), payloads, datagram, turn);
    }

    private NotifyPayload linkPayload() {
        return NotifyPayload.of(NotifyType.ADDITIONAL_KEY_EXCHANGE, link);
    }

    static void answer(IkeSa sa, IkeMessage request, DatagramReceived datagram, Turn turn) {
        Optional<FollowupKeAnswer> meant =
                sa.followups()
                        .awaited()
                        .filter(
                                followup ->
                                        request.notify(NotifyType.ADDITIONAL_KEY_EXCHANGE)
                                                .filter(n -> n.data().equals(followup.link))
                                                .isPresent());
        if (meant.isEmpty()) {
            sa.respond(
                    request.header(),
                    List.of(NotifyPayload.of(NotifyType.STATE_NOT_FOUND)),
                    datagram,
                    turn);
            return;
        }
        try {
            meant.get().next(sa, request, datagram, turn);
        } catch (Refusal refusal) {
            sa.followups().giveUp(turn);
            CreateChildSaAnswer.refuse(sa, refusal, request, datagram, turn);
        } catch (InvalidPublicValueException e) {
            sa.followups().giveUp(turn);
            CreateChildSaAnswer.refuse(
                    sa,
                    Refusal.syntax("the peer's public value is not valid: " + e.getMessage()),
                    request,
                    datagram,
                    turn);
        }
    }

    private void next(IkeSa sa, IkeMessage request, DatagramReceived datagram, Turn turn)
            throws Refusal, InvalidPublicValueException {
        check(sa);
        KeyExchangeMethod method = awaited.additional().get(done);
        KePayload theirs = KeyExchangeGroups.requireKe(request, method);
        AdditionalKeyExchange.Answer ours =
                AdditionalKeyExchange.answer(method, theirs.publicValue(), turn.random());
        try (Secret shared = ours.sharedSecret()) {
            secrets.add(shared);
        }
        KePayload ke = new KePayload(method.transformId(), ours.publicValue());
        if (++done < awaited.additional().size()) {
            link = turn.randomOctets(LINK_BYTES);
            sa.respond(request.header(), List.of(ke, linkPayload()), datagram, turn);
            return;
        }
        sa.followups().done();
        complete(
                sa,
                secrets.take(),
                () -> sa.respond(request.header(), List.of(ke), datagram, turn),
                turn);
    }

    /** Since the exchange before, something may have come between. */
    private void check(IkeSa sa) throws Refusal {
        switch (awaited) {
            case Awaited.NewChild child -> RekeyCollision.checkUnknownChild(sa);
            case Awaited.ChildRekey child -> RekeyCollision.checkChildRekey(sa, child.old());
            case Awaited.IkeRekey ike -> RekeyCollision.checkIkeRekey(sa);
        }
    }

    private void complete(IkeSa sa, Secret additional, Runnable respond, Turn turn) {
        switch (awaited) {
            case Awaited.NewChild child ->
                    CreateChildSaAnswer.complete(
                            sa, child.agreement().with(additional), respond, turn);
            case Awaited.ChildRekey child ->
                    RekeyChildSaAnswer.complete(
                            sa, child.agreement().with(additional), child.old(), respond, turn);
            case Awaited.IkeRekey ike ->
                    RekeyIkeSaAnswer.complete(sa, ike, Optional.of(additional), respond, turn);
        }
    }

    void discard(Turn turn) {
        secrets.close();
        awaited.discard(turn);
    }
}
