package culvert.config;

import java.util.List;
import java.util.Optional;

/**
 * One VPN connection: tunnels that lead to the same networks and stand in for each other.
 *
 * @param name unique among connections
 * @param vpnConnectionId the name that AWS gave it; its presence says that the peer is AWS
 * @param tunnels in the order of the file, at least one
 */
public record ConnectionConfig(
        String name,
        Optional<String> vpnConnectionId,
        Routing routing,
        List<TunnelConfig> tunnels) {
    public ConnectionConfig {
        tunnels = List.copyOf(tunnels);
    }

    public boolean isAws() {
        return vpnConnectionId.isPresent();
    }
}
