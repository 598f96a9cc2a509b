package culvert.gateway.daemon;

import culvert.config.ConnectionConfig;
import culvert.config.GatewayConfig;
import culvert.config.Routing;
import culvert.config.TunnelConfig;
import culvert.gateway.routing.RoutingTable;
import culvert.model.IpPrefix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** The static routes of all connections. */
final class StaticRouting {
    private final RoutingTable table;
    private final Map<String, Tunnel> tunnels;
    private final Map<String, StaticRoutes> byConnection = new LinkedHashMap<>();

    /**
     * @param tunnels those that are open
     */
    StaticRouting(RoutingTable table, Map<String, Tunnel> tunnels) {
        this.table = table;
        this.tunnels = tunnels;
    }

    /** Installs what the file says, and removes what it said before. */
    void configure(GatewayConfig config) {
        Set<String> gone = new HashSet<>(byConnection.keySet());
        for (ConnectionConfig connection : config.connections()) {
            if (connection.routing() instanceof Routing.Static(List<IpPrefix> destinations)) {
                gone.remove(connection.name());
                configure(connection, destinations);
            }
        }
        gone.forEach(
                connection -> {
                    byConnection.remove(connection);
                    table.drop(KernelRoutes.bundle(connection));
                });
    }

    private void configure(ConnectionConfig connection, List<IpPrefix> destinations) {
        List<String> names = connection.tunnels().stream().map(TunnelConfig::name).toList();
        StaticRoutes known = byConnection.get(connection.name());
        if (known != null) {
            known.change(destinations, names);
        } else {
            byConnection.put(
                    connection.name(),
                    new StaticRoutes(
                            connection.name(),
                            destinations,
                            names,
                            new KernelRoutes(connection.name(), table, tunnels)));
        }
    }

    /**
     * Leads each connection's routes into the tunnel that should have them.
     *
     * @param choose the best of some tunnels, if any of them carries
     */
    void steer(Function<List<String>, Optional<String>> choose) {
        for (StaticRoutes routes : byConnection.values()) {
            Optional<String> best = choose.apply(routes.tunnels());
            routes.reselect(tunnel -> best.filter(tunnel::equals).isPresent());
        }
    }

    Optional<String> active(Predicate<String> carries) {
        return byConnection.values().stream().map(StaticRoutes::target).filter(carries).findFirst();
    }

    List<RoutesReport.Line> lines() {
        List<RoutesReport.Line> lines = new ArrayList<>();
        for (StaticRoutes routes : byConnection.values()) {
            routes.destinations()
                    .forEach(d -> lines.add(RoutesReport.Line.ofFile(d, routes.target())));
        }
        return lines;
    }
}
