package culvert.ike;

import culvert.ike.message.IkeMessage;
import culvert.ike.message.Octets;
import culvert.model.Secret;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A CHILD SA that the peer has agreed to in our CREATE_CHILD_SA and that waits for additional key
 * exchanges, where there are any (RFC 9370 2.2.4).
 */
final class PendingChild {
    private @Nullable ChildAgreement agreement;

    /**
     * Takes the response.
     *
     * @return the agreement; empty while {@link FollowupKe} goes on
     */
    Optional<ChildAgreement> accept(
            IkeSa sa, FollowedUp exchange, ChildOffer offer, IkeMessage response, Turn turn)
            throws Refusal {
        ChildAgreement accepted = offer.accept(response, Octets.EMPTY);
        accepted.requireDistinct(sa);
        if (accepted.proposal().additional().isEmpty()) {
            return Optional.of(accepted);
        }
        agreement = accepted;
        FollowupKe.start(sa, exchange, accepted.proposal().additional(), response, turn);
        return Optional.empty();
    }

    /**
     * All additional key exchanges are through.
     *
     * @return the agreement with their keys; empty when nothing is to come of it any more
     */
    Optional<ChildAgreement> complete(IkeSa sa, Secret additional, Turn turn) {
        ChildAgreement pending = agreement;
        agreement = null;
        if (pending == null) {
            return Optional.empty();
        }
        ChildAgreement whole = pending.with(additional);
        if (sa.state() != IkeSa.State.ESTABLISHED) {
            whole.discard(turn);
            return Optional.empty();
        }
        return Optional.of(whole);
    }

    void discard(Turn turn) {
        ChildAgreement pending = agreement;
        agreement = null;
        if (pending != null) {
            pending.discard(turn);
        }
    }
}
