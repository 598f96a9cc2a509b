package culvert.config;

import culvert.model.IpPrefix;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Announced prefixes and static routes that say the same thing twice, or two things at once. */
final class OverlapChecks {
    private OverlapChecks() {}

    static void check(GatewayDraft gateway, Problems problems) {
        List<Located<IpPrefix>> advertised = gateway.site().values(ConfigKeys.ADVERTISE);
        Set<IpPrefix> announced = prefixes(advertised);
        for (Located<IpPrefix> prefix : advertised) {
            covering(prefix.value(), announced)
                    .ifPresent(
                            larger ->
                                    problems.warning(
                                            prefix.at(),
                                            "%s lies within %s, which is announced too"
                                                    .formatted(prefix.value(), larger),
                                            "remove one of them: both count against the peer's"
                                                    + " limit"));
        }
        Map<IpPrefix, ConnectionDraft> owners = new HashMap<>();
        for (ConnectionDraft connection : gateway.connections()) {
            checkRoutes(connection, owners, problems);
            if (gateway.speaksBgp()) {
                checkAnnouncedRoutes(connection, announced, problems);
            }
        }
    }

    private static void checkRoutes(
            ConnectionDraft connection, Map<IpPrefix, ConnectionDraft> owners, Problems problems) {
        List<Located<IpPrefix>> routes = connection.fields().values(ConfigKeys.STATIC_ROUTES);
        Set<IpPrefix> prefixes = prefixes(routes);
        for (Located<IpPrefix> route : routes) {
            ConnectionDraft owner = owners.putIfAbsent(route.value(), connection);
            if (owner != null && !owner.equals(connection)) {
                problems.warning(
                        route.at(),
                        "static route %s is that of %s already, and only one of them can be used"
                                .formatted(route.value(), owner.label()),
                        "put tunnels that lead to the same networks into one connection");
            }
            covering(route.value(), prefixes)
                    .ifPresent(
                            larger ->
                                    problems.warning(
                                            route.at(),
                                            "static route %s lies within %s and changes nothing"
                                                    .formatted(route.value(), larger),
                                            "remove it"));
        }
    }

    /** The other way round is common: a large static route with the site's own prefixes in it. */
    private static void checkAnnouncedRoutes(
            ConnectionDraft connection, Set<IpPrefix> announced, Problems problems) {
        for (Located<IpPrefix> route : connection.fields().values(ConfigKeys.STATIC_ROUTES)) {
            Optional<IpPrefix> ours =
                    announced.contains(route.value())
                            ? Optional.of(route.value())
                            : covering(route.value(), announced);
            ours.filter(prefix -> prefix.length() > 0)
                    .ifPresent(
                            prefix ->
                                    problems.warning(
                                            route.at(),
                                            "static route %s leads away from this site, which"
                                                            .formatted(route.value())
                                                    + " announces %s as its own".formatted(prefix),
                                            "remove one of them, unless BGP peers shall reach it"
                                                    + " through here"));
        }
    }

    private static Set<IpPrefix> prefixes(List<Located<IpPrefix>> located) {
        Set<IpPrefix> prefixes = new HashSet<>();
        located.forEach(prefix -> prefixes.add(prefix.value()));
        return prefixes;
    }

    /** The longest of the prefixes that is shorter than this one and covers it. */
    private static Optional<IpPrefix> covering(IpPrefix prefix, Set<IpPrefix> prefixes) {
        for (int length = prefix.length() - 1; length >= 0; length--) {
            IpPrefix larger = IpPrefix.containing(prefix.network(), length);
            if (prefixes.contains(larger)) {
                return Optional.of(larger);
            }
        }
        return Optional.empty();
    }
}
