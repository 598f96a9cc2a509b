package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.ProtocolId;
import culvert.model.Secret;
import culvert.model.Spi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * CREATE_CHILD_SA for the successor of a CHILD SA, as its initiator (RFC 7296 1.3.3).
 *
 * <pre>
 *   HDR, SK {N(REKEY_SA), SA, Ni, [KEi,] TSi, TSr}  --&gt;
 *                                      &lt;--  HDR, SK {SA, Nr, [KEr,] TSi, TSr}
 *   HDR, SK {D(old)}  --&gt;
 *                                      &lt;--  HDR, SK {D(old)}
 * </pre>
 */
final class RekeyChildSa implements FollowedUp {
    private final ChildSa old;
    private final ChildOffer offer;
    private final int rounds;
    private @Nullable ChildSa rival;
    private final PendingChild pending = new PendingChild();
    private Octets rivalNonce = Octets.EMPTY;

    private RekeyChildSa(ChildSa old, ChildOffer offer, int rounds) {
        this.old = old;
        this.offer = offer;
        this.rounds = rounds;
    }

    static void start(IkeSa sa, ChildSa old, Turn turn) {
        start(sa, old, EspProposals.firstGroup(sa.tunnel().settings().espProposals()), 0, turn);
    }

    private static void start(
            IkeSa sa, ChildSa old, Optional<KeyExchangeGroup> group, int rounds, Turn turn) {
        ChildOffer offer = ChildOffer.inCreateChildSa(sa.tunnel().settings(), group, turn);
        List<Payload> payloads = new ArrayList<>();
        // The SPI is the one that we would find in packets to us.
        payloads.add(
                new NotifyPayload(
                        ProtocolId.ESP,
                        Octets.ofInt(old.inboundSpi().value()),
                        NotifyType.REKEY_SA,
                        Octets.EMPTY));
        payloads.addAll(offer.payloads());
        sa.request(new RekeyChildSa(old, offer, rounds), payloads, turn);
    }

    ChildSa old() {
        return old;
    }

    /**
     * The peer rekeys the same CHILD SA, and we have agreed to that as well.
     *
     * @param lowestNonce of the peer's exchange
     */
    void crossedBy(ChildSa successor, Octets lowestNonce) {
        rival = successor;
        rivalNonce = lowestNonce;
    }

    @Override
    public void peerDeleted(Spi spi) {
        offer.peerDeleted(spi);
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
            // The peer has half of an SA that we cannot use, and no name for it in common.
            sa.delete(refusal.reason(), turn);
        }
    }

    private void finish(IkeSa sa, ChildAgreement agreement, Turn turn) {
        if (offer.isDeleted(agreement)) {
            agreement.discard(turn);
            old.postponeRekey(IkeTiming.retryNanos(turn), turn);
        } else {
            succeed(sa, agreement, turn);
        }
    }

    @Override
    public void followedUp(IkeSa sa, Secret additional, Turn turn) {
        pending.complete(sa, additional, turn).ifPresent(agreement -> finish(sa, agreement, turn));
    }

    @Override
    public void notFollowedUp(IkeSa sa, NotifyPayload error, Turn turn) {
        if (sa.state() == IkeSa.State.ESTABLISHED) {
            onError(sa, error, turn);
        }
    }

    @Override
    public void discard(Turn turn) {
        pending.discard(turn);
    }

    private void succeed(IkeSa sa, ChildAgreement agreement, Turn turn) {
        ChildSa child = ChildSa.install(sa, agreement, Optional.of(old), turn);
        sa.addChild(child);
        ChildSa theirs = rival;
        if (theirs != null && theirs.use() != ChildSa.Use.GONE) {
            if (agreement.lowestNonce().compareUnsigned(rivalNonce) < 0) {
                // RFC 7296 2.8.1: ours is redundant, and the peer deletes the old one.
                child.stopOutbound(turn);
                child.wantDelete();
                return;
            }
            theirs.redundant(turn);
        }
        // The peer receives on it already, so we change over at once.
        child.useOutbound(sa, turn);
        if (theirs != null) {
            theirs.stopOutbound(turn);
        }
        if (sa.children().contains(old)) {
            old.wantDelete();
        }
    }

    private void onError(IkeSa sa, NotifyPayload error, Turn turn) {
        if (error.notifyType() == NotifyType.CHILD_SA_NOT_FOUND) {
            // RFC 7296 2.25: the peer has lost it; the schedule makes a new one.
            ChildSa.successors(sa, old).forEach(successor -> successor.useOutbound(sa, turn));
            sa.children().remove(old);
            old.stop(turn);
            return;
        }
        if (old.isSucceeded() || !sa.children().contains(old)) {
            // The peer's own rekey or DELETE came between: there is nothing left to do.
            return;
        }
        Optional<KeyExchangeGroup> group = CreateChildSa.groupToTry(offer, error, rounds);
        if (group.isPresent()) {
            start(sa, old, group, rounds + 1, turn);
            return;
        }
        switch (error.notifyType()) {
            case NotifyType.TEMPORARY_FAILURE, NotifyType.STATE_NOT_FOUND ->
                    old.postponeRekey(IkeTiming.retryNanos(turn), turn);
            case NotifyType.NO_ADDITIONAL_SAS -> {
                // RFC 7296 1.3: the peer rekeys nothing; a new IKE SA brings a new CHILD SA.
                old.postponeRekey(IkeTiming.retryRefusedNanos(turn), turn);
                sa.tunnel().reauthenticate();
            }
            default -> {
                old.postponeRekey(IkeTiming.retryRefusedNanos(turn), turn);
                sa.tunnel().condition().warn(CreateChildSa.refused(sa, error), turn);
            }
        }
    }

    @Override
    public void end(Turn turn) {
        offer.end(turn);
    }
}
