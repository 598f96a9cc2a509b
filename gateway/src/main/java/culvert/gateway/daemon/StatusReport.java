package culvert.gateway.daemon;

import culvert.bgp.BgpPeerStatus;
import culvert.bgp.BgpState;
import culvert.esp.DropReason;
import culvert.esp.TrafficCounters;
import culvert.gateway.control.ExitCode;
import culvert.ike.IkeCounters;
import culvert.ike.IkeTunnelStatus;
import culvert.ike.TunnelState;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What {@code status} knows at one moment; written as text by {@link StatusText} and as schema
 * {@code culvert.status/1} by {@link StatusJson}.
 *
 * @param activeTunnel the tunnel that routes point at
 * @param strayDatagrams on port 4500 from strangers, and no IKE
 * @param config which file runs, and what became of the last reload
 */
record StatusReport(
        long uptimeSeconds,
        List<Tunnel> tunnels,
        int installedRoutes,
        Optional<String> activeTunnel,
        IkeCounters ikeCounters,
        long strayDatagrams,
        ConfigState config) {

    /**
     * One tunnel as it is now.
     *
     * @param insidePeer the peer's address inside the tunnel
     * @param bgp absent with static routing
     * @param suspicion why packets do not get through, though IKE believes that they do
     */
    record Tunnel(
            String name,
            String connection,
            String interfaceName,
            int mtuBytes,
            IkeTunnelStatus ike,
            TrafficCounters traffic,
            InetAddress insidePeer,
            Optional<BgpPeerStatus> bgp,
            Optional<String> suspicion) {

        /** A tunnel without BGP whose packets get through as far as IKE knows. */
        Tunnel(
                String name,
                String connection,
                String interfaceName,
                int mtuBytes,
                IkeTunnelStatus ike,
                TrafficCounters traffic) {
            this(
                    name,
                    connection,
                    interfaceName,
                    mtuBytes,
                    ike,
                    traffic,
                    ike.remote().getAddress(),
                    Optional.empty(),
                    Optional.empty());
        }

        /** Up is a tunnel that can carry traffic: with SAs, a path, and its BGP session. */
        TunnelState state() {
            if (ike.state() != TunnelState.UP) {
                return ike.state();
            }
            if (suspicion.isPresent()) {
                return TunnelState.DOWN;
            }
            boolean waitsForBgp = bgp.filter(b -> b.state() != BgpState.ESTABLISHED).isPresent();
            return waitsForBgp ? TunnelState.CONNECTING : TunnelState.UP;
        }

        /** Why it is not up. */
        Optional<String> reason() {
            if (ike.state() != TunnelState.UP) {
                return ike.reason();
            }
            return state() == TunnelState.UP
                    ? Optional.empty()
                    : suspicion.or(() -> bgp.map(b -> "BGP " + b.state() + ": " + b.reason()));
        }
    }

    enum Health {
        OK("ok", ExitCode.OK),
        DEGRADED("degraded", ExitCode.DEGRADED),
        DOWN("down", ExitCode.DOWN);

        private final String word;
        private final ExitCode exitCode;

        Health(String word, ExitCode exitCode) {
            this.word = word;
            this.exitCode = exitCode;
        }

        String word() {
            return word;
        }

        ExitCode exitCode() {
            return exitCode;
        }
    }

    StatusReport {
        tunnels = List.copyOf(tunnels);
    }

    long tunnelsUp() {
        return tunnels.stream().filter(t -> t.state() == TunnelState.UP).count();
    }

    Health health() {
        long up = tunnelsUp();
        if (up == tunnels.size()) {
            return Health.OK;
        }
        return up == 0 ? Health.DOWN : Health.DEGRADED;
    }

    /** Names of drop reasons in JSON are part of the operator's surface. */
    static List<DropReason> dropReasons() {
        return List.of(DropReason.values());
    }
}
