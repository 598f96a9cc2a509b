package culvert.gateway.daemon;

import culvert.gateway.routing.Outage;
import culvert.ike.TunnelState;
import java.util.Locale;
import java.util.Optional;

/** Why traffic cannot use a tunnel, in a word that a metric's label can have. */
enum DownReason {
    /** The operator does not want it. */
    STOPPED,
    /** Packets cannot leave for the peer. */
    OUTSIDE_INTERFACE,
    /** There is no SA with the peer. */
    IKE,
    /** There are SAs, and the peer does not answer through them. */
    PATH,
    /** The session that the tunnel needs is not established. */
    BGP;

    /** Empty while it is usable. */
    static Optional<DownReason> of(StatusReport.Tunnel tunnel) {
        if (tunnel.state() == TunnelState.UP) {
            return Optional.empty();
        }
        if (tunnel.ike().state() == TunnelState.DOWN) {
            return Optional.of(STOPPED);
        }
        if (tunnel.outage().isPresent()) {
            return Optional.of(of(tunnel.outage().get().cause()));
        }
        return Optional.of(tunnel.ike().state() == TunnelState.UP ? BGP : IKE);
    }

    private static DownReason of(Outage.Cause cause) {
        return switch (cause) {
            case OUTSIDE_INTERFACE -> OUTSIDE_INTERFACE;
            case PATH -> PATH;
        };
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
