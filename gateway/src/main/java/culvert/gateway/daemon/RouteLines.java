package culvert.gateway.daemon;

import culvert.bgp.RouteRow;
import culvert.config.ConnectionConfig;
import culvert.config.GatewayConfig;
import culvert.config.Routing;
import culvert.gateway.routing.BgpRoutes;
import culvert.gateway.routing.RoutingTable;
import culvert.gateway.routing.Steering;
import culvert.model.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code routes} tells: where each route is from, what came of it, and why. */
final class RouteLines {
    private final GatewayConfig config;
    private final Steering steering;
    private final RoutingTable table;
    private final BgpRoutes bgpRoutes;
    private final Optional<TunnelPeers> peers;

    RouteLines(
            GatewayConfig config,
            Steering steering,
            RoutingTable table,
            BgpRoutes bgpRoutes,
            Optional<TunnelPeers> peers) {
        this.config = config;
        this.steering = steering;
        this.table = table;
        this.bgpRoutes = bgpRoutes;
        this.peers = peers;
    }

    /** Every route, static ones first. */
    RoutesReport report() {
        List<RoutesReport.Line> lines = new ArrayList<>();
        for (ConnectionConfig connection : config.connections()) {
            if (connection.routing() instanceof Routing.Static(var destinations)) {
                String bundle = Bundles.ofConnection(connection);
                destinations.forEach(d -> lines.add(ofFile(d, connection, bundle)));
            }
        }
        peers.ifPresent(p -> p.rows().forEach(r -> lines.add(ofBgp(r))));
        bgpRoutes
                .held()
                .forEach(
                        (prefix, tunnels) ->
                                lines.add(
                                        RoutesReport.Line.kept(
                                                prefix,
                                                String.join("+", tunnels),
                                                via(bgpRoutes.bundle(prefix).orElse("")))));
        return new RoutesReport(lines);
    }

    private RoutesReport.Line ofFile(IpPrefix prefix, ConnectionConfig connection, String bundle) {
        String obstacle = obstacle(prefix, config.routes().metric(), bundle);
        return RoutesReport.Line.ofFile(
                prefix,
                connection.tunnels().getFirst().name(),
                obstacle.isEmpty() ? via(bundle) : "",
                obstacle);
    }

    private RoutesReport.Line ofBgp(RouteRow row) {
        Optional<String> bundle =
                row.kind() == RouteRow.Kind.CHOSEN
                        ? bgpRoutes.bundle(row.prefix())
                        : Optional.empty();
        if (bundle.isEmpty()) {
            boolean neighbors =
                    row.kind() == RouteRow.Kind.CHOSEN && bgpRoutes.isOfNeighbor(row.prefix());
            return RoutesReport.Line.ofBgp(row, neighbors ? row.peer() : "", "");
        }
        String obstacle = obstacle(row.prefix(), config.routes().metric() + 1, bundle.get());
        return RoutesReport.Line.ofBgp(row, obstacle.isEmpty() ? via(bundle.get()) : "", obstacle);
    }

    private String via(String bundle) {
        return String.join("+", steering.via(bundle));
    }

    /** Why a route is not in the kernel; empty when it is. */
    private String obstacle(IpPrefix prefix, int metric, String bundle) {
        if (steering.via(bundle).isEmpty()) {
            return "no tunnel carries it";
        }
        return table.isTaken(prefix, metric)
                ? "another program has a route with metric " + metric
                : "";
    }
}
