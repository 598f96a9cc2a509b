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
 *   <tr><td>to rekey a CHILD SA</td><td>are rekeying or deleting it</td><td>TEMPORARY_FAILURE</td></tr>
 * </table>
 *
 * <p>Who gets TEMPORARY_FAILURE tries again after a random pause, so two that collided part.
 */
final class RekeyCollision {
    private RekeyCollision() {}

    static void checkIkeRekey(IkeSa sa) throws Refusal {
        checkSa(sa);
        boolean childInMotion =
                exchange(sa)
                        .map(
                                e ->
                                        switch (e) {
                                            case CreateChildSa c -> true;
                                            case RekeyChildSa c -> true;
                                            case DeleteChildSas c -> true;
                                            case RekeyIkeSa c -> true;
                                            case IkeSaInit c -> false;
                                            case IkeAuth c -> false;
                                            case LivenessProbe c -> false;
                                            case DeleteIkeSa c -> false;
                                        })
                        .orElse(false);
        if (childInMotion) {
            throw temporary("a CHILD SA is being changed");
        }
    }

    static void checkNewChild(IkeSa sa) throws Refusal {
        checkSa(sa);
        if (exchange(sa).filter(CreateChildSa.class::isInstance).isPresent()) {
            throw temporary("a CHILD SA is being created");
        }
    }

    static void checkChildRekey(IkeSa sa, ChildSa old) throws Refusal {
        checkSa(sa);
        boolean rekeying =
                exchange(sa).filter(e -> e instanceof RekeyChildSa r && r.old() == old).isPresent();
        // A successor of an earlier rekey may still wait for the DELETE of this one.
        if (rekeying || old.isSucceeded() || old.deleteWanted() || !old.isLive()) {
            throw temporary(old + " is being rekeyed or deleted");
        }
    }

    private static void checkSa(IkeSa sa) throws Refusal {
        if (sa.state() != IkeSa.State.ESTABLISHED
                || exchange(sa).filter(RekeyIkeSa.class::isInstance).isPresent()) {
            throw temporary("the IKE SA is being replaced or deleted");
        }
    }

    private static Optional<LocalExchange> exchange(IkeSa sa) {
        return sa.inFlight().map(IkeSa.InFlight::exchange);
    }

    private static Refusal temporary(String why) {
        return new Refusal(NotifyType.TEMPORARY_FAILURE, Reason.of(why));
    }
}
