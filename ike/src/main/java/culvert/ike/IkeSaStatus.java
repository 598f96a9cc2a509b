package culvert.ike;

import culvert.ike.message.IkeSpi;

/**
 * A snapshot of the IKE SA that a tunnel uses.
 *
 * @param suite as proposals are written
 * @param role {@code initiator} or {@code responder}, of this IKE SA
 * @param ppk whether its keys depend on a postquantum preshared key (RFC 8784)
 * @param rekeyInSeconds 0 when it is due
 * @param rekeys since the peer was last authenticated
 */
public record IkeSaStatus(
        String suite,
        String role,
        boolean ppk,
        long establishedSeconds,
        long rekeyInSeconds,
        int rekeys,
        IkeSpi initiatorSpi,
        IkeSpi responderSpi) {

    private static final String INITIATOR = "initiator";

    static String roleName(boolean originalInitiator) {
        return originalInitiator ? INITIATOR : "responder";
    }

    /** Whether this IKE SA was our idea: a first one, or the successor of one that we rekeyed. */
    public boolean begunByUs() {
        return role.equals(INITIATOR);
    }

    static IkeSaStatus of(IkeSa sa, long nowNanos) {
        return new IkeSaStatus(
                sa.channel().keys().suite().toString(),
                sa.channel().roleName(),
                sa.channel().keys().dependOnPpk(),
                IkeTiming.wholeSeconds(nowNanos - sa.establishedNanos()),
                IkeTiming.wholeSeconds(sa.schedule().rekeyInNanos(nowNanos)),
                sa.rekeys(),
                sa.channel().initiatorSpi(),
                sa.channel().responderSpi());
    }
}
