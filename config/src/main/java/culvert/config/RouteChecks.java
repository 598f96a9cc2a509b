package culvert.config;

import static culvert.config.ConfigKeys.LOCAL_SELECTORS;
import static culvert.config.ConfigKeys.REMOTE_SELECTORS;
import static culvert.config.ConfigKeys.STATIC_ROUTES;

import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Static routes and selectors against the addresses that tunnels live on. */
final class RouteChecks {
    private final GatewayDraft gateway;
    private final Problems problems;

    private RouteChecks(GatewayDraft gateway, Problems problems) {
        this.gateway = gateway;
        this.problems = problems;
    }

    static void check(GatewayDraft gateway, Problems problems) {
        RouteChecks checks = new RouteChecks(gateway, problems);
        for (ConnectionDraft connection : gateway.connections()) {
            for (Located<IpPrefix> route : connection.fields().values(STATIC_ROUTES)) {
                checks.checkRoute(connection, route);
            }
            for (TunnelDraft tunnel : connection.tunnels()) {
                checks.checkSelectors(connection, tunnel);
            }
        }
    }

    private void checkRoute(ConnectionDraft connection, Located<IpPrefix> route) {
        IpPrefix prefix = route.value();
        Optional<AddressChecks.Outside> outside = AddressChecks.outsideWithin(gateway, prefix);
        if (outside.isPresent()) {
            problems.error(
                    route.at(),
                    "static route %s covers %s: the tunnel's own packets would go into the tunnel"
                            .formatted(prefix, outside.get().words()),
                    prefix.length() == 0
                            ? "write the networks behind the peer, such as 10.20.0.0/16, instead of"
                                    + " a default route"
                            : "write smaller prefixes that leave %s out"
                                    .formatted(outside.get().address().getHostAddress()));
            return;
        }
        for (TunnelDraft tunnel : gateway.tunnels()) {
            Optional<IpPrefix> block = tunnel.insideAddress().map(inside -> inside.value().block());
            if (block.filter(prefix::overlaps).isPresent()) {
                problems.error(
                        route.at(),
                        "static route %s overlaps the inside block %s of %s"
                                .formatted(prefix, block.get(), tunnel.label()),
                        "leave the inside block out: each one is reached through its own tunnel");
                return;
            }
        }
        for (TunnelDraft tunnel : connection.tunnels()) {
            if (isDroppedBy(tunnel, prefix)) {
                problems.error(
                        route.at(),
                        "static route %s is not within the remote selectors of %s"
                                .formatted(prefix, tunnel.label()),
                        tunnel.fields().isWritten(REMOTE_SELECTORS)
                                ? "add it to remote-selectors, or remove the route"
                                : "write a route of the same family as inside-address");
                return;
            }
        }
    }

    private static boolean isDroppedBy(TunnelDraft tunnel, IpPrefix prefix) {
        return tunnel.insideAddress().isPresent()
                && tunnel.selectors(REMOTE_SELECTORS).stream()
                        .noneMatch(selector -> selector.covers(prefix));
    }

    /** BGP and the path probe run between the inside addresses, so the SA must admit these. */
    private void checkSelectors(ConnectionDraft connection, TunnelDraft tunnel) {
        Optional<InsideAddress> inside = tunnel.insideAddress().map(Located::value);
        if (inside.isEmpty() || !(connection.isBgp() || tunnel.probeInterval().isPresent())) {
            return;
        }
        checkSelector(connection, tunnel, LOCAL_SELECTORS, inside.get().local());
        checkSelector(connection, tunnel, REMOTE_SELECTORS, inside.get().peer());
    }

    private void checkSelector(
            ConnectionDraft connection,
            TunnelDraft tunnel,
            ConfigKey.Values<IpPrefix> key,
            InetAddress inside) {
        List<IpPrefix> selectors = tunnel.selectors(key);
        if (selectors.isEmpty() || selectors.stream().anyMatch(s -> s.contains(inside))) {
            return;
        }
        problems.error(
                tunnel.fields().valueAt(key),
                "%s leaves out the inside address %s, which %s"
                        .formatted(
                                key.name(),
                                inside.getHostAddress(),
                                connection.isBgp() ? "BGP needs" : "the path probe needs"),
                "add %s/%d%s"
                        .formatted(
                                inside.getHostAddress(),
                                inside.getAddress().length * 8,
                                connection.isBgp()
                                        ? ""
                                        : ", or write liveness: {probe-interval: null}"));
    }
}
