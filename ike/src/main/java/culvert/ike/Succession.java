package culvert.ike;

import java.util.List;

/**
 * Which of two IKE SAs with the same peer carries the tunnel.
 *
 * <p>Normally the newest: the peer made it because it lost the other, or to replace it. But when
 * both ends started one at the same time, "the newest" is not the same one at both ends; then the
 * nonces decide, as they do for rekeying (RFC 7296 2.8.2): the SA with the lowest of the four
 * loses. In either case the initiator of the SA that stays deletes what it supersedes, or the
 * initiator of the loser deletes that; the other end helps out when nothing comes.
 */
final class Succession {
    private Succession() {}

    /** The IKE SA is authenticated and its CHILD SA can receive: makes it send, or not. */
    static void established(IkeSa fresh, boolean initialContact, Turn turn) {
        List<IkeSa> others =
                fresh.tunnel().ikeSas().stream().filter(other -> other != fresh).toList();
        if (others.stream().anyMatch(other -> losesTo(fresh, other))) {
            retire(fresh, turn);
            return;
        }
        fresh.liveChild().ifPresent(child -> child.useOutbound(fresh, turn));
        for (IkeSa other : others) {
            switch (other.state()) {
                // Not known to the peer as an SA yet, and not needed any more.
                case INIT_SENT -> other.discard(turn);
                case ESTABLISHED, REPLACED -> supersede(other, fresh, initialContact, turn);
                case INIT_ANSWERED, AUTH_SENT, DELETING, CLOSED -> {}
            }
        }
        fresh.tunnel().established(fresh, turn);
    }

    private static boolean losesTo(IkeSa fresh, IkeSa other) {
        return crossed(fresh, other)
                && fresh.lowestNonce().compareUnsigned(other.lowestNonce()) < 0;
    }

    /** Each end started one before it knew of the other's. */
    private static boolean crossed(IkeSa fresh, IkeSa other) {
        return other.state() == IkeSa.State.ESTABLISHED
                && other.rekeys() == 0
                && other.liveChild().isPresent()
                && other.channel().originalInitiator() != fresh.channel().originalInitiator()
                && fresh.startedNanos() - other.establishedNanos() < 0;
    }

    private static void supersede(IkeSa old, IkeSa fresh, boolean initialContact, Turn turn) {
        boolean crossed = crossed(fresh, old);
        old.children().forEach(child -> child.stopOutbound(turn));
        if (crossed) {
            retire(old, turn);
        } else if (initialContact) {
            // RFC 7296 2.4: the peer remembers nothing of it, so there is nobody to tell.
            old.close(turn);
        } else if (fresh.channel().originalInitiator()) {
            old.replaced(IkeTiming.SUPERSEDED_NANOS, turn);
            old.delete(Reason.of("a newer IKE SA has taken over"), turn);
        } else if (old.state() == IkeSa.State.ESTABLISHED) {
            old.replaced(IkeTiming.SUPERSEDED_NANOS, turn);
            old.schedule().superseded(turn);
        }
    }

    /** The loser of a crossing goes; whoever began it says so. */
    private static void retire(IkeSa loser, Turn turn) {
        loser.replaced(IkeTiming.UNDELETED_NANOS, turn);
        if (loser.channel().originalInitiator()) {
            loser.delete(Reason.of("the peer's IKE SA was begun at the same time"), turn);
        }
    }
}
