package culvert.gateway.daemon;

import culvert.gateway.routing.RoutingTable;
import culvert.gateway.routing.TableChange;
import culvert.model.IpPrefix;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The static routes of one connection as one bundle: the first that moves takes all along. */
final class KernelRoutes implements StaticRoutes.Table {
    private final String bundle;
    private final RoutingTable table;
    private final Map<String, Tunnel> tunnels;

    KernelRoutes(String connection, RoutingTable table, Map<String, Tunnel> tunnels) {
        this.bundle = bundle(connection);
        this.table = table;
        this.tunnels = tunnels;
    }

    /** Name of the bundle that a connection's static routes are. */
    static String bundle(String connection) {
        return "connection " + connection;
    }

    @Override
    public void replace(IpPrefix destination, String tunnel) {
        table.point(bundle, Objects.requireNonNull(tunnels.get(tunnel), tunnel).interfaceIndex());
        table.apply(
                List.of(new TableChange.Install(destination, RoutingTable.STATIC_METRIC, bundle)));
    }

    @Override
    public void remove(IpPrefix destination, String tunnel) {
        table.apply(List.of(new TableChange.Remove(destination, RoutingTable.STATIC_METRIC)));
    }
}
