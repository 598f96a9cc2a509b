package culvert.config;

import static culvert.config.QuantityTypes.count;

import culvert.bgp.rib.PrefixRule;
import culvert.config.ConfigKey.Presence;
import culvert.config.ConfigKey.Sections;
import culvert.config.ConfigKey.Value;
import culvert.config.ConfigKey.Values;
import culvert.ike.Role;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The keys of {@code neighbors}: the site's own routers, with which routes pass in both directions.
 *
 * <p>Nothing is taken from a neighbor that {@code accept} does not name (RFC 8212): what is taken
 * goes on to the peers in the tunnels, and AWS ends a session that brings it more than 100
 * prefixes.
 */
final class NeighborKeys {
    private static final int LARGEST_METRIC = 999_999_999;

    static final Value<String> NAME =
            new Value<>(
                    "name",
                    NameTypes.NAME_TYPE,
                    new Presence.Required(),
                    "name of the neighbor, unique among neighbors and tunnels");
    static final Value<InetAddress> ADDRESS =
            new Value<>(
                    "address",
                    AddressTypes.NEIGHBOR_ADDRESS,
                    new Presence.Required(),
                    "the neighbor's address on the LAN");
    static final Value<LanAddress> LOCAL_ADDRESS =
            new Value<>(
                    "local-address",
                    AddressTypes.LAN_ADDRESS,
                    new Presence.Required(),
                    "our address on that LAN with its prefix length: sessions start from it and"
                            + " are listened for on it, and next hops lie in its network");
    static final Value<Long> ASN =
            new Value<>(
                    "asn",
                    QuantityTypes.ASN,
                    new Presence.Required(),
                    "AS number of the neighbor; our own makes the session internal (iBGP)");
    static final Value<Role> ROLE =
            new Value<>(
                    "role",
                    NameTypes.choice(Role.class),
                    new Presence.Default(List.of("initiate")),
                    "whether we connect too, or wait for the neighbor");
    static final Value<Duration> HOLD_TIME =
            new Value<>(
                    "hold-time",
                    QuantityTypes.HOLD_TIME,
                    new Presence.Default(List.of("9s")),
                    "hold time that we propose");
    static final Value<Path> MD5_FILE =
            new Value<>(
                    "md5-file",
                    NameTypes.path("secrets/core-1.md5"),
                    new Presence.Optional(),
                    "file with the TCP MD5 key, which only its owner can read");
    static final Value<Boolean> TTL_SECURITY =
            new Value<>(
                    "ttl-security",
                    NameTypes.FLAG,
                    new Presence.Default(List.of("false")),
                    "packets of the session carry a TTL of 255, and others are refused (RFC 5082);"
                            + " the neighbor must do it too");
    static final Values<PrefixRule> ACCEPT =
            new Values<>(
                    "accept",
                    PrefixRules.TYPE,
                    1,
                    new Presence.Derived("nothing"),
                    "prefixes, with more specific ones unless ge and le say otherwise, taken from"
                            + " the neighbor and announced into the tunnels");
    static final Value<Integer> MAX_PREFIXES =
            new Value<>(
                    "max-prefixes",
                    count(1, 1_000_000, "1000"),
                    new Presence.Default(List.of("1000")),
                    "prefixes after which the BGP session is closed");
    static final Values<PrefixRule> ADVERTISE =
            new Values<>(
                    "advertise",
                    PrefixRules.TYPE,
                    1,
                    new Presence.Derived("everything that the tunnels' peers announce"),
                    "prefixes, with more specific ones unless ge and le say otherwise, of the"
                            + " tunnels' peers that the neighbor is told");
    static final Value<Integer> MED =
            new Value<>(
                    "med",
                    count(0, LARGEST_METRIC, "100"),
                    new Presence.Optional(),
                    "MULTI_EXIT_DISC of what the neighbor is told; without it an internal neighbor"
                            + " gets that of AWS, an external one none");
    static final Value<Integer> LOCAL_PREF =
            new Value<>(
                    "local-pref",
                    count(0, LARGEST_METRIC, "100"),
                    new Presence.Optional(),
                    "LOCAL_PREF of what is taken from the neighbor; without it an internal"
                            + " neighbor's counts, else 100");

    static final Sections NEIGHBORS =
            new Sections(
                    "neighbors",
                    ConfigSection.of(
                            "neighbor",
                            NAME,
                            ADDRESS,
                            LOCAL_ADDRESS,
                            ASN,
                            ROLE,
                            HOLD_TIME,
                            MD5_FILE,
                            TTL_SECURITY,
                            ACCEPT,
                            MAX_PREFIXES,
                            ADVERTISE,
                            MED,
                            LOCAL_PREF),
                    64,
                    new Presence.Optional(),
                    "routers of the site that speak BGP with us");

    private NeighborKeys() {}
}
