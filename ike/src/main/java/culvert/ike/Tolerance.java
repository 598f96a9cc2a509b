package culvert.ike;

/**
 * Whether an IKE SA of the peer's that a newer one supersedes is deleted, or borne with. One alone
 * is a leftover, and goes. A peer that has begun another since and goes on using the one before has
 * its way: AWS asks its customers to bear with several, and a peer that restarts whatever is
 * deleted (strongSwan's close_action=start) would begin one more for each that we delete, without
 * end.
 */
final class Tolerance {
    private static final int MAX_SUPERSEDED = 4;

    private boolean hasDeleted;
    private long deletedNanos;

    /** To be asked when the SA has been superseded for a while. */
    boolean isOver(IkeSa superseded, Turn turn) {
        long nowNanos = turn.nowNanos();
        boolean deletedLately = hasDeleted && nowNanos - deletedNanos < IkeTiming.TOLERANCE_NANOS;
        boolean inUse =
                superseded
                        .schedule()
                        .liveness()
                        .isProvenSince(nowNanos - IkeTiming.UNDELETED_NANOS);
        if (deletedLately && inUse && supersededOnes(superseded.tunnel()) <= MAX_SUPERSEDED) {
            return false;
        }
        hasDeleted = true;
        deletedNanos = nowNanos;
        return true;
    }

    private static long supersededOnes(IkeTunnel tunnel) {
        return tunnel.ikeSas().stream().filter(sa -> sa.state() == IkeSa.State.REPLACED).count();
    }
}
