package culvert.gateway.daemon;

import culvert.config.ConnectionConfig;
import culvert.config.GatewayConfig;
import culvert.config.Routing;
import culvert.config.TunnelConfig;
import java.util.ArrayList;
import java.util.List;

/** The bundles of routes that a configuration makes, and the tunnels that they may take. */
final class Bundles {
    private Bundles() {}

    /** Name of the bundle of a connection's static routes. */
    static String ofConnection(ConnectionConfig connection) {
        return "connection " + connection.name();
    }

    /** Name of the bundle of routes that the peers of these tunnels announce. */
    static String ofTunnels(List<String> tunnels) {
        return String.join("+", tunnels);
    }

    static List<String> tunnels(ConnectionConfig connection) {
        return connection.tunnels().stream().map(TunnelConfig::name).toList();
    }

    /** The tunnels of each connection that speaks BGP. */
    static List<List<String>> bgpConnections(GatewayConfig config) {
        return config.connections().stream()
                .filter(c -> c.routing() instanceof Routing.Bgp)
                .map(Bundles::tunnels)
                .toList();
    }

    /** What leads to the same networks as these tunnels: the others of their connections. */
    static List<String> others(GatewayConfig config, List<String> tunnels) {
        List<String> others = new ArrayList<>();
        for (List<String> connection : bgpConnections(config)) {
            if (connection.stream().anyMatch(tunnels::contains)) {
                others.addAll(connection);
            }
        }
        others.removeAll(tunnels);
        return others;
    }
}
