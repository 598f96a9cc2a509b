package culvert.config;

import static culvert.config.QuantityTypes.count;
import static culvert.config.QuantityTypes.duration;

import culvert.bgp.rib.PrefixRule;
import culvert.config.ConfigKey.Presence;
import culvert.config.ConfigKey.Section;
import culvert.config.ConfigKey.Value;
import culvert.config.ConfigKey.Values;
import java.time.Duration;
import java.util.List;

/** Keys about routes: how they stand in the kernel, and what BGP takes, prefers and announces. */
final class RouteKeys {
    private static final Presence OFF = byDefault("false");

    // The kernel's table.
    static final Value<Integer> METRIC =
            new Value<>(
                    "metric",
                    count(1, 1_000_000, "213"),
                    byDefault("213"),
                    "metric of the file's routes in the kernel, where the lower wins; those of BGP"
                            + " have one more");
    static final Value<Boolean> GUARD =
            new Value<>(
                    "guard",
                    NameTypes.FLAG,
                    byDefault("true"),
                    "a blackhole behind every route, so that nothing takes the default route when"
                            + " all tunnels are down");
    static final Value<Duration> HOLD_DOWN =
            new Value<>(
                    "hold-down",
                    duration("0s", "1h", "30s"),
                    byDefault("30s"),
                    "how long a tunnel that returned waits for its traffic while another carries"
                            + " it");
    static final Value<Boolean> MULTIPATH =
            new Value<>(
                    "multipath",
                    NameTypes.FLAG,
                    OFF,
                    "flows are spread over all tunnels with equally good routes (ECMP)");
    static final Section ROUTES =
            new Section(
                    "routes",
                    ConfigSection.of("routes section", METRIC, GUARD, HOLD_DOWN, MULTIPATH),
                    new Presence.Derived("the defaults of its keys"),
                    "Culvert's routes in the kernel");

    // Connection.
    static final Values<PrefixRule> ACCEPT =
            new Values<>(
                    "accept",
                    PrefixRules.TYPE,
                    1,
                    new Presence.Derived(
                            "all but our own and those that cover inside or outside addresses"),
                    "prefixes, with more specific ones unless ge and le say otherwise, taken from"
                            + " the BGP peer");
    static final Values<PrefixRule> ADVERTISE =
            new Values<>(
                    "advertise",
                    PrefixRules.TYPE,
                    1,
                    new Presence.Derived("all that the site announces"),
                    "prefixes, with more specific ones unless ge and le say otherwise, that this"
                            + " connection's peers may hear of");
    static final Value<Integer> MAX_ADVERTISED =
            new Value<>(
                    "max-advertised",
                    count(1, 1_000_000, "1000"),
                    byDefault("100"),
                    "prefixes announced at most; AWS ends the session beyond 100 at a virtual"
                            + " private gateway, beyond 1000 at a transit gateway");
    static final Value<Boolean> ADVERTISE_DEFAULT =
            new Value<>(
                    "advertise-default",
                    NameTypes.FLAG,
                    OFF,
                    "announce a default route, whether we have one or not");

    // The BGP section of a tunnel.
    static final Value<Boolean> TTL_SECURITY =
            new Value<>(
                    "ttl-security",
                    NameTypes.FLAG,
                    OFF,
                    "packets of the session carry a TTL of 255, and others are refused (RFC 5082);"
                            + " both ends must do it");
    static final Value<Integer> MED =
            new Value<>(
                    "med",
                    count(0, 1_000_000, "100"),
                    byDefault("100"),
                    "metric that we announce, where the lower wins; above 0, so that it can be"
                            + " bettered while another tunnel is down");
    static final Value<Integer> PREPEND =
            new Value<>(
                    "prepend",
                    count(0, 10, "2"),
                    byDefault("0"),
                    "how often our AS number stands in AS_PATH beyond the one time");
    static final Value<Integer> LOCAL_PREF =
            new Value<>(
                    "local-pref",
                    count(0, 1_000_000, "200"),
                    byDefault("100"),
                    "preference of the routes heard in this tunnel, where the higher wins");

    /** What only a connection with routing: bgp has. */
    static final List<ConfigKey> OF_BGP_CONNECTION =
            List.of(ACCEPT, ADVERTISE, MAX_ADVERTISED, ADVERTISE_DEFAULT);

    private RouteKeys() {}

    private static Presence byDefault(String word) {
        return new Presence.Default(List.of(word));
    }
}
