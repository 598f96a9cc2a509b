package culvert.config;

import static culvert.config.ConfigKeys.LOCAL_SELECTORS;
import static culvert.config.ConfigKeys.REMOTE_SELECTORS;
import static culvert.config.ConfigKeys.STATIC_ROUTES;

import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Static routes and selectors against the addresses that tunnels live on. */
final class RouteChecks {
    private record Inside(TunnelDraft tunnel, IpPrefix block) {}

    private record Remote(TunnelDraft tunnel, List<IpPrefix> selectors) {}

    private final List<AddressChecks.Outside> outsides;
    private final List<Inside> insides = new ArrayList<>();
    private final Problems problems;

    private RouteChecks(GatewayDraft gateway, Problems problems) {
        this.outsides = AddressChecks.outsides(gateway);
        this.problems = problems;
        for (TunnelDraft tunnel : gateway.tunnels()) {
            tunnel.insideAddress()
                    .ifPresent(inside -> insides.add(new Inside(tunnel, inside.value().block())));
        }
    }

    static void check(GatewayDraft gateway, Problems problems) {
        RouteChecks checks = new RouteChecks(gateway, problems);
        for (ConnectionDraft connection : gateway.connections()) {
            checks.checkRoutes(connection);
            for (TunnelDraft tunnel : connection.tunnels()) {
                checks.checkSelectors(connection, tunnel);
            }
        }
    }

    private void checkRoutes(ConnectionDraft connection) {
        List<Remote> remotes =
                connection.tunnels().stream()
                        .filter(tunnel -> tunnel.insideAddress().isPresent())
                        .map(tunnel -> new Remote(tunnel, tunnel.selectors(REMOTE_SELECTORS)))
                        .toList();
        for (Located<IpPrefix> route : connection.fields().values(STATIC_ROUTES)) {
            checkRoute(route, remotes);
        }
    }

    /** One word for each route is enough. */
    private void checkRoute(Located<IpPrefix> route, List<Remote> remotes) {
        IpPrefix prefix = route.value();
        Optional<AddressChecks.Outside> outside = AddressChecks.within(prefix, outsides);
        Optional<Inside> inside =
                insides.stream().filter(i -> prefix.overlaps(i.block)).findFirst();
        Optional<Remote> dropping =
                remotes.stream()
                        .filter(r -> r.selectors.stream().noneMatch(s -> s.covers(prefix)))
                        .findFirst();
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
        } else if (inside.isPresent()) {
            problems.error(
                    route.at(),
                    "static route %s overlaps the inside block %s of %s"
                            .formatted(prefix, inside.get().block, inside.get().tunnel.label()),
                    "leave the inside block out: each one is reached through its own tunnel");
        } else if (dropping.isPresent()) {
            TunnelDraft tunnel = dropping.get().tunnel;
            problems.error(
                    route.at(),
                    "static route %s is not within the remote selectors of %s"
                            .formatted(prefix, tunnel.label()),
                    tunnel.fields().isWritten(REMOTE_SELECTORS)
                            ? "add it to remote-selectors, or remove the route"
                            : "write a route of the same family as inside-address");
        }
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
