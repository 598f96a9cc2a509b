package culvert.ike;

import culvert.ike.message.NotifyType;
import java.util.Optional;

/**
 * What a CREATE_CHILD_SA request of the peer meets that we do at the same time (RFC 7296 2.8,
 * 2.25).
 *
 * <table>
 *   <caption>Answers</caption>
 *   <tr><th>the peer wants</th><th>and we</th><th>answer</th></tr>
 *   <tr><td>anything</td><td>have replaced or are deleting the IKE SA</td><td>TEMPORARY_FAILURE</td></tr>
 *   <tr><td>anything</td><td>are rekeying the IKE SA</td><td>TEMPORARY_FAILURE</td></tr>
 *   <tr><td>to rekey the IKE SA</td><td>create, rekey or delete a CHILD SA</td><td>TEMPORARY_FAILURE</td></tr>
 *   <tr><td>to create a CHILD SA</td><td>create or rekey one</td><td>TEMPORARY_FAILURE</td></tr>
 *   <tr><td>to rekey a CHILD SA</td><td>are deleting it</td><td>TEMPORARY_FAILURE, after the answer to our DELETE</td></tr>
 *   <tr><td>to rekey a CHILD SA</td><td>do not know it, but wait for a response that may name it</td><td>TEMPORARY_FAILURE</td></tr>
 *   <tr><td>to rekey a CHILD SA</td><td>are rekeying it</td><td>yes; the nonces choose between the two</td></tr>
 *   <tr><td>to rekey the IKE SA</td><td>are rekeying it</td><td>yes; the nonces choose between the two</td></tr>
 *   <tr><td>to rekey either with additional key exchanges</td><td>are rekeying it</td><td>TEMPORARY_FAILURE</td></tr>
 * </table>
 *
 * <p>Who gets TEMPORARY_FAILURE tries again after a random pause, so two that collided part. Of two
 * successors the one made with the lowest of the four nonces is redundant and goes; its initiator
 * deletes it, the initiator of the other deletes what both succeed (RFC 7296 2.8.1, 2.8.2).
 */
final class RekeyCollision {
    private RekeyCollision() {}

    static void checkIkeRekey(IkeSa sa) throws Refusal {
        checkState(sa);
        boolean childInMotion =
                exchange(sa)
                        .map(
                                e ->
                                        switch (e) {
                                            case CreateChildSa c -> true;
                                            case RekeyChildSa c -> true;
                                            case DeleteChildSas c -> true;
                                            case RekeyIkeSa c -> false;
                                            case IkeSaInit c -> false;
                                            case IkeIntermediate c -> false;
                                            case IkeAuth c -> false;
                                            case LivenessProbe c -> false;
                                            case FollowupKe c -> false;
                                            case DeleteIkeSa c -> false;
                                        })
                        .orElse(false);
        if (childInMotion) {
            throw temporary("a CHILD SA is being changed");
        }
    }

    static void checkChildRekey(IkeSa sa, ChildSa old) throws Refusal {
        checkSa(sa);
        // A successor of an earlier rekey may still wait for the DELETE of this one.
        if (old.isSucceeded() || !old.isLive()) {
            throw temporary(old + " is being rekeyed or deleted");
        }
    }

    /**
     * A CHILD SA that is not there, for us: the peer may rekey one that our own request has made,
     * and whose name is under way, or create one beside that.
     */
    static void checkUnknownChild(IkeSa sa) throws Refusal {
        checkSa(sa);
        if (exchange(sa)
                .filter(e -> e instanceof CreateChildSa || e instanceof RekeyChildSa)
                .isPresent()) {
            throw temporary("a CHILD SA is being created");
        }
    }

    /** Our own rekey of the same CHILD SA, whose response is under way. */
    static Optional<RekeyChildSa> ourRekey(IkeSa sa, ChildSa old) {
        return exchange(sa)
                .filter(RekeyChildSa.class::isInstance)
                .map(RekeyChildSa.class::cast)
                .filter(rekey -> rekey.old() == old);
    }

    /** Our own rekey of the same IKE SA, whose response is under way. */
    static Optional<RekeyIkeSa> ourRekey(IkeSa sa) {
        return exchange(sa).filter(RekeyIkeSa.class::isInstance).map(RekeyIkeSa.class::cast);
    }

    /** Our own DELETE of CHILD SAs, whose response is under way. */
    static Optional<DeleteChildSas> ourDeletion(IkeSa sa) {
        return exchange(sa)
                .filter(DeleteChildSas.class::isInstance)
                .map(DeleteChildSas.class::cast);
    }

    /** RFC 9370 2.2.4 and 7296 2.25: two that go on for several exchanges do not cross well. */
    static Refusal followups() {
        return temporary("it is being rekeyed with additional key exchanges");
    }

    private static void checkSa(IkeSa sa) throws Refusal {
        checkState(sa);
        if (ourRekey(sa).isPresent()) {
            throw temporary("the IKE SA is being replaced");
        }
    }

    private static void checkState(IkeSa sa) throws Refusal {
        if (sa.state() != IkeSa.State.ESTABLISHED) {
            throw temporary("the IKE SA is being replaced or deleted");
        }
    }

    private static Optional<LocalExchange> exchange(IkeSa sa) {
        return sa.inFlight()
                .map(IkeSa.InFlight::exchange)
                // What it follows up counts, until that has its SA.
                .map(e -> e instanceof FollowupKe f ? f.origin() : e);
    }

    static Refusal temporary(String why) {
        return new Refusal(NotifyType.TEMPORARY_FAILURE, Reason.of(why));
    }
}
