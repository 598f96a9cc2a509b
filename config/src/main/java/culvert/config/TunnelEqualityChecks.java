package culvert.config;

import culvert.config.ConfigKey.Value;
import culvert.model.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tunnels of one connection stand in for each other: what only one of them can do shows when the
 * other one dies. Timers and proposals may differ, these may not without a remark.
 */
final class TunnelEqualityChecks {
    private TunnelEqualityChecks() {}

    static void check(GatewayDraft gateway, Problems problems) {
        for (ConnectionDraft connection : gateway.connections()) {
            List<TunnelDraft> tunnels = connection.tunnels();
            for (int i = 1; i < tunnels.size(); i++) {
                compare(connection, tunnels.getFirst(), tunnels.get(i), problems);
            }
        }
    }

    private static void compare(
            ConnectionDraft connection, TunnelDraft first, TunnelDraft other, Problems problems) {
        boolean sameFamily = isIpv4(first).equals(isIpv4(other));
        if (sameFamily) {
            for (ConfigKey.Values<IpPrefix> key :
                    List.of(ConfigKeys.LOCAL_SELECTORS, ConfigKeys.REMOTE_SELECTORS)) {
                if (!first.selectors(key).equals(other.selectors(key))) {
                    warn(key.name(), other.fields().keyAt(key), first, other, problems);
                }
            }
        }
        compare(ConfigKeys.ENCAPSULATION, TunnelDraft::esp, first, other, problems);
        if (connection.isBgp()) {
            compare(ConfigKeys.HOLD_TIME, TunnelDraft::bgp, first, other, problems);
        }
        if (connection.isBgp() && connection.isAws()) {
            for (Value<Integer> key : List.of(RouteKeys.LOCAL_PREF, RouteKeys.PREPEND)) {
                comparePreference(key, first, other, problems);
            }
        }
    }

    /** AWS moves traffic before it maintains an endpoint, by a MED, which these outweigh. */
    private static void comparePreference(
            Value<Integer> key, TunnelDraft first, TunnelDraft other, Problems problems) {
        if (differs(key, TunnelDraft::bgp, first, other)) {
            problems.warning(
                    other.bgp().keyAt(key),
                    "%s of %s is not that of %s, and outweighs the MED with which AWS empties a tunnel"
                                    .formatted(key.name(), other.label(), first.label())
                            + " before maintenance",
                    "write the same for both, and prefer one with med");
        }
    }

    private static Optional<Boolean> isIpv4(TunnelDraft tunnel) {
        return tunnel.insideAddress().map(inside -> inside.value().isIpv4());
    }

    private static <T> void compare(
            Value<T> key,
            Function<TunnelDraft, Fields> section,
            TunnelDraft first,
            TunnelDraft other,
            Problems problems) {
        if (differs(key, section, first, other)) {
            warn(key.name(), section.apply(other).keyAt(key), first, other, problems);
        }
    }

    private static <T> boolean differs(
            Value<T> key,
            Function<TunnelDraft, Fields> section,
            TunnelDraft first,
            TunnelDraft other) {
        Optional<T> one = section.apply(first).value(key).map(Located::value);
        Optional<T> two = section.apply(other).value(key).map(Located::value);
        return one.isPresent() && two.isPresent() && !one.equals(two);
    }

    private static void warn(
            String key, Position at, TunnelDraft first, TunnelDraft other, Problems problems) {
        problems.warning(
                at,
                "%s of %s is not that of %s, which stands in for it"
                        .formatted(key, other.label(), first.label()),
                "write the same for every tunnel of a connection");
    }
}
