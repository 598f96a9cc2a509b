package culvert.gateway.daemon;

import culvert.gateway.metrics.BgpPeerSample;
import culvert.ike.IkeCounters;
import java.util.List;
import java.util.Map;

/**
 * Everything that metrics and the status page tell, at one moment.
 *
 * @param configHash of the configuration in force
 * @param vpnIds the id that AWS gave to the connection, by the connection's name; only where the
 *     configuration has one
 * @param bgpPeers empty without BGP
 */
record Observation(
        String site,
        String configHash,
        StatusReport report,
        Tallies tallies,
        Map<String, String> vpnIds,
        List<BgpPeerSample> bgpPeers) {
    Observation {
        vpnIds = Map.copyOf(vpnIds);
        bgpPeers = List.copyOf(bgpPeers);
    }

    IkeCounters ike() {
        return report.ikeCounters();
    }
}
