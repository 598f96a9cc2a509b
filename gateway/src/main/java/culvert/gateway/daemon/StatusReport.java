package culvert.gateway.daemon;

import culvert.bgp.BgpPeerStatus;
import culvert.bgp.BgpState;
import culvert.esp.DropReason;
import culvert.esp.OffloadState;
import culvert.esp.TrafficCounters;
import culvert.gateway.control.ExitCode;
import culvert.gateway.revocation.RevocationListStatus;
import culvert.gateway.routing.Outage;
import culvert.ike.IkeCounters;
import culvert.ike.IkeTunnelStatus;
import culvert.ike.TunnelState;
import culvert.model.Offload;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code status} knows at one moment; written as text by {@link StatusText} and as schema
 * {@code culvert.status/1} by {@link StatusJson}.
 *
 * @param neighbors the site's own routers that speak BGP with us
 * @param activeTunnel the tunnel that routes point at
 * @param strayDatagrams on port 4500 from strangers, and no IKE
 * @param config which file runs, and what became of the last reload
 */
record StatusReport(
        long uptimeSeconds,
        List<Tunnel> tunnels,
        List<Neighbor> neighbors,
        int installedRoutes,
        Optional<String> activeTunnel,
        IkeCounters ikeCounters,
        long strayDatagrams,
        ConfigState config) {

    /** A router of the site. */
    record Neighbor(InetAddress address, BgpPeerStatus bgp) {}

    /**
     * One tunnel as it is now.
     *
     * @param offloads all of them, and how each stands
     * @param path to the peer, outside
     * @param insidePeer the peer's address inside the tunnel
     * @param bgp absent with static routing
     * @param outage why packets do not get through, where IKE does not know it or not why
     * @param revocationLists those that are fetched
     */
    record Tunnel(
            String name,
            String connection,
            String interfaceName,
            int mtuBytes,
            IkeTunnelStatus ike,
            TrafficCounters traffic,
            Map<Offload, OffloadState> offloads,
            Path path,
            InetAddress insidePeer,
            Optional<BgpPeerStatus> bgp,
            Optional<Outage> outage,
            List<RevocationListStatus> revocationLists) {

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
                    Map.of(),
                    new Path(TunnelMtu.OUTSIDE_BYTES, 0),
                    ike.remote().orElseGet(ike::local).getAddress(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of());
        }

        /** Up is a tunnel that can carry traffic: with SAs, a path, and its BGP session. */
        TunnelState state() {
            if (ike.state() != TunnelState.UP) {
                return ike.state();
            }
            if (outage.isPresent()) {
                return TunnelState.DOWN;
            }
            boolean waitsForBgp = bgp.filter(b -> b.state() != BgpState.ESTABLISHED).isPresent();
            return waitsForBgp ? TunnelState.CONNECTING : TunnelState.UP;
        }

        /** Why it is not up. */
        Optional<String> reason() {
            if (ike.state() != TunnelState.UP) {
                return ike.state() == TunnelState.CONNECTING
                        ? outage.map(Outage::text).or(ike::reason)
                        : ike.reason();
            }
            return state() == TunnelState.UP
                    ? Optional.empty()
                    : outage.map(Outage::text)
                            .or(() -> bgp.map(b -> "BGP " + b.state() + ": " + b.reason()));
        }
    }

    /**
     * The path to a peer.
     *
     * @param mtuBytes what it carries whole, as far as ICMP told
     * @param icmpErrors that were told about what we sent
     */
    record Path(int mtuBytes, long icmpErrors) {}

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
