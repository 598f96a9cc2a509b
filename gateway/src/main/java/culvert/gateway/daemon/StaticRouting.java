package culvert.gateway.daemon;

import culvert.config.ConnectionConfig;
import culvert.config.GatewayConfig;
import culvert.config.Routing;
import culvert.gateway.routing.RoutingTable;
import culvert.gateway.routing.Steering;
import culvert.gateway.routing.TableChange;
import culvert.model.IpPrefix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The static routes of all connections. */
final class StaticRouting {
    private final RoutingTable table;
    private final Steering steering;
    private final int metric;
    private Set<String> bundles = Set.of();
    private Set<IpPrefix> destinations = Set.of();

    /**
     * @param metric of the routes in the kernel
     */
    StaticRouting(RoutingTable table, Steering steering, int metric) {
        this.table = table;
        this.steering = steering;
        this.metric = metric;
    }

    /** Installs what the file says, and removes what it said before. */
    void configure(GatewayConfig config) {
        Set<String> bundlesNow = new HashSet<>();
        Set<IpPrefix> destinationsNow = new HashSet<>();
        List<TableChange> changes = new ArrayList<>();
        for (ConnectionConfig connection : config.connections()) {
            if (connection.routing() instanceof Routing.Static(var routes)) {
                String bundle = Bundles.ofConnection(connection);
                steering.set(bundle, Bundles.tunnels(connection), List.of());
                routes.forEach(d -> changes.add(new TableChange.Install(d, metric, bundle)));
                bundlesNow.add(bundle);
                destinationsNow.addAll(routes);
            }
        }
        for (IpPrefix former : destinations) {
            if (!destinationsNow.contains(former)) {
                changes.add(new TableChange.Remove(former, metric));
            }
        }
        table.apply(changes);
        table.writeGuards(Integer.MAX_VALUE);
        bundles.stream().filter(b -> !bundlesNow.contains(b)).forEach(steering::remove);
        bundles = bundlesNow;
        destinations = destinationsNow;
    }
}
