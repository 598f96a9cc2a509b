package culvert.config;

import culvert.ike.Ppk;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A checked configuration file.
 *
 * @param controlSocket absolute, or relative to the working directory as the file's own path is
 * @param metrics where the metrics are served; absent: nowhere
 * @param connections in the order of the file, at least one
 * @param neighbors routers of the site that speak BGP with us; only with a connection that does
 */
public record GatewayConfig(
        SiteConfig site,
        RouteSettings routes,
        Path controlSocket,
        Optional<InetSocketAddress> metrics,
        List<ConnectionConfig> connections,
        List<NeighborConfig> neighbors) {
    public GatewayConfig {
        neighbors = List.copyOf(neighbors);
        connections = List.copyOf(connections);
    }

    /** The tunnels of all connections, in the order of the file. */
    public List<TunnelConfig> tunnels() {
        return connections.stream().flatMap(connection -> connection.tunnels().stream()).toList();
    }

    /** The connection that one of {@link #tunnels} belongs to. */
    public ConnectionConfig connectionOf(TunnelConfig tunnel) {
        return connections.stream()
                .filter(connection -> connection.tunnels().contains(tunnel))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Overwrites every pre-shared key, private key and PPK: for the one who loaded the file, when
     * it is done with it.
     */
    public void wipeSecrets() {
        for (TunnelConfig tunnel : tunnels()) {
            tunnel.ike().credentials().close();
            tunnel.ike().ppk().ifPresent(Ppk::close);
        }
    }
}
