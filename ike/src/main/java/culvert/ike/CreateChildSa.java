package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.model.Secret;
import culvert.model.Spi;
import java.util.Optional;

/**
 * CREATE_CHILD_SA for a new CHILD SA, as its initiator: the last one is gone (RFC 7296 1.3.1).
 *
 * <pre>
 *   HDR, SK {SA, Ni, [KEi,] TSi, TSr}  --&gt;
 *                                      &lt;--  HDR, SK {SA, Nr, [KEr,] TSi, TSr}
 * </pre>
 */
final class CreateChildSa implements FollowedUp {
    /** How often the peer may ask for another group. */
    static final int MAX_ROUNDS = 3;

    private final ChildOffer offer;
    private final int rounds;
    private final PendingChild pending = new PendingChild();

    private CreateChildSa(ChildOffer offer, int rounds) {
        this.offer = offer;
        this.rounds = rounds;
    }

    static void start(IkeSa sa, Turn turn) {
        start(sa, EspProposals.firstGroup(sa.tunnel().settings().espProposals()), 0, turn);
    }

    private static void start(IkeSa sa, Optional<KeyExchangeGroup> group, int rounds, Turn turn) {
        ChildOffer offer = ChildOffer.inCreateChildSa(sa.tunnel().settings(), group, turn);
        sa.request(new CreateChildSa(offer, rounds), offer.payloads(), turn);
    }

    @Override
    public int exchangeType() {
        return ExchangeType.CREATE_CHILD_SA;
    }

    @Override
    public void onResponse(IkeSa sa, IkeMessage response, DatagramReceived datagram, Turn turn) {
        if (sa.state() != IkeSa.State.ESTABLISHED) {
            return;
        }
        Optional<NotifyPayload> error = response.error();
        if (error.isPresent()) {
            onError(sa, error.get(), turn);
            return;
        }
        try {
            pending.accept(sa, this, offer, response, turn)
                    .ifPresent(agreement -> finish(sa, agreement, turn));
        } catch (Refusal refusal) {
            discard(turn);
            sa.delete(refusal.reason(), turn);
        }
    }

    private void finish(IkeSa sa, ChildAgreement agreement, Turn turn) {
        if (offer.isDeleted(agreement)) {
            agreement.discard(turn);
            sa.schedule().postponeCreate(IkeTiming.retryNanos(turn), turn);
            return;
        }
        ChildSa child = ChildSa.install(sa, agreement, Optional.empty(), turn);
        sa.addChild(child);
        child.useOutbound(sa, turn);
        // A peer that deletes this one as well is not asked without end.
        sa.schedule().postponeCreate(IkeTiming.retryNanos(turn), turn);
    }

    @Override
    public void followedUp(IkeSa sa, Secret additional, Turn turn) {
        pending.complete(sa, additional, turn).ifPresent(agreement -> finish(sa, agreement, turn));
    }

    @Override
    public void notFollowedUp(IkeSa sa, NotifyPayload error, Turn turn) {
        if (sa.state() == IkeSa.State.ESTABLISHED) {
            sa.schedule().postponeCreate(IkeTiming.retryNanos(turn), turn);
        }
    }

    @Override
    public void discard(Turn turn) {
        pending.discard(turn);
    }

    private void onError(IkeSa sa, NotifyPayload error, Turn turn) {
        Optional<KeyExchangeGroup> group = groupToTry(offer, error, rounds);
        if (group.isPresent()) {
            start(sa, group, rounds + 1, turn);
        } else if (error.notifyType() == NotifyType.TEMPORARY_FAILURE) {
            sa.schedule().postponeCreate(IkeTiming.retryNanos(turn), turn);
        } else {
            sa.delete(refused(sa, error), turn);
        }
    }

    /** The group that the peer asks for, when it may be followed once more. */
    static Optional<KeyExchangeGroup> groupToTry(
            ChildOffer offer, NotifyPayload error, int rounds) {
        return error.notifyType() == NotifyType.INVALID_KE_PAYLOAD && rounds < MAX_ROUNDS
                ? offer.groupAskedFor(error)
                : Optional.empty();
    }

    /** The peer's refusal of a CHILD SA, and what to compare. */
    static Reason refused(IkeSa sa, NotifyPayload error) {
        IkeTunnelSettings settings = sa.tunnel().settings();
        String name = NotifyType.name(error.notifyType());
        return switch (error.notifyType()) {
            case NotifyType.NO_PROPOSAL_CHOSEN ->
                    Reason.of(
                                    "peer %s refused our ESP proposals (%s): give both sides one in common"
                                            .formatted(sa.peerName(), name))
                            .peerSaid(error)
                            .weSaid(settings.espProposals());
            case NotifyType.TS_UNACCEPTABLE ->
                    Reason.of(
                                    "peer %s refused our traffic selectors (%s): compare them on both sides"
                                            .formatted(sa.peerName(), name))
                            .peerSaid(error)
                            .weSaid(
                                    settings.localSelectors()
                                            + " === "
                                            + settings.remoteSelectors());
            default ->
                    Reason.of("peer %s refused the CHILD SA (%s)".formatted(sa.peerName(), name))
                            .peerSaid(error);
        };
    }

    @Override
    public void peerDeleted(Spi spi) {
        offer.peerDeleted(spi);
    }

    @Override
    public void end(Turn turn) {
        offer.end(turn);
    }
}
