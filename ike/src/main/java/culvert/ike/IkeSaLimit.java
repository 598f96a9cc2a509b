package culvert.ike;

import java.util.List;

/** A peer that makes and ends IKE SAs as fast as it can must not fill the memory. */
final class IkeSaLimit {
    private static final int MAX_IKE_SAS = 64;

    private IkeSaLimit() {}

    /** Forgets the oldest cached responses, when there are very many. */
    static void keep(IkeTunnel tunnel, Turn turn) {
        List<IkeSa> closed =
                tunnel.ikeSas().stream().filter(sa -> sa.state() == IkeSa.State.CLOSED).toList();
        for (int i = 0; i < closed.size() && tunnel.ikeSas().size() > MAX_IKE_SAS; i++) {
            tunnel.forget(closed.get(i), turn);
        }
    }

    /** Whether there is no room for another IKE SA, as far as the peer's wishes go. */
    static boolean isReached(IkeTunnel tunnel) {
        return tunnel.ikeSas().stream().filter(sa -> sa.state() != IkeSa.State.CLOSED).count()
                >= MAX_IKE_SAS;
    }
}
