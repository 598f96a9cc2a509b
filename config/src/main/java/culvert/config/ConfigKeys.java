package culvert.config;

import static culvert.config.QuantityTypes.count;
import static culvert.config.QuantityTypes.duration;

import culvert.config.ConfigKey.Presence;
import culvert.config.ConfigKey.Section;
import culvert.config.ConfigKey.Sections;
import culvert.config.ConfigKey.Value;
import culvert.config.ConfigKey.Values;
import culvert.ike.Role;
import culvert.ike.crypto.EspProposal;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.message.Identification;
import culvert.model.Encapsulation;
import culvert.model.IpPrefix;
import culvert.model.PeerHost;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Every key of the configuration file: its type, its default and its meaning. The reader goes by
 * this table alone, so what is not here is refused.
 *
 * <p>The default proposals are all strong enough to end up on any of them, because AWS picks by its
 * own order and not by ours: AES-GCM with the NIST curves first, and last for IKE the one form that
 * every peer of the last ten years has (AES-CBC, SHA-256, MODP 2048). SHA-1 and the small groups
 * are used only when the file names them.
 */
public final class ConfigKeys {
    private static final Presence REQUIRED = new Presence.Required();
    private static final Presence OPTIONAL = new Presence.Optional();
    private static final Presence DEFAULTS = derived("the defaults of its keys");
    private static final Presence BGP_ONLY = new Presence.Depends("needed with routing: bgp");

    static final Value<Integer> VERSION =
            new Value<>(
                    "version", QuantityTypes.VERSION, REQUIRED, "version of this file's format: 1");

    // Site.
    static final Value<String> SITE_NAME =
            new Value<>("name", NameTypes.NAME_TYPE, REQUIRED, "name of this site");
    static final Value<InetAddress> OUTSIDE_ADDRESS =
            new Value<>(
                    "outside-address",
                    AddressTypes.OUTSIDE_ADDRESS,
                    REQUIRED,
                    "the address that IKE and ESP leave from");
    static final Value<Identification> IDENTITY =
            new Value<>(
                    "identity",
                    NameTypes.IDENTITY_TYPE,
                    derived("outside-address"),
                    "our IKE identity; behind a NAT the public address");
    static final Value<Long> ASN = new Value<>("asn", QuantityTypes.ASN, BGP_ONLY, "our AS number");
    static final Value<Inet4Address> ROUTER_ID =
            new Value<>(
                    "router-id",
                    AddressTypes.ROUTER_ID,
                    derived("the first IPv4 inside-address"),
                    "our BGP identifier");
    static final Values<IpPrefix> ADVERTISE =
            new Values<>(
                    "advertise",
                    AddressTypes.PREFIX,
                    0,
                    OPTIONAL,
                    "prefixes announced to every BGP peer");
    static final Section SITE =
            new Section(
                    "site",
                    ConfigSection.of(
                            "site",
                            SITE_NAME,
                            OUTSIDE_ADDRESS,
                            IDENTITY,
                            ASN,
                            ROUTER_ID,
                            ADVERTISE),
                    REQUIRED,
                    "this end of every tunnel");

    // IKE.
    static final Values<IkeSuite> IKE_PROPOSALS =
            new Values<>(
                    "proposals",
                    NameTypes.IKE_PROPOSAL_TYPE,
                    1,
                    byDefault(
                            "aes256gcm16-prfsha384-ecp384",
                            "aes256gcm16-prfsha384-ecp256",
                            "aes128gcm16-prfsha256-ecp256",
                            "aes256-sha256-modp2048"),
                    "suites of the IKE SA, the preferred one first");
    static final Value<Duration> IKE_LIFETIME =
            new Value<>(
                    "lifetime",
                    duration("10s", "24h", "8h"),
                    byDefault("8h"),
                    "hard limit of an IKE SA, which is rekeyed earlier");
    static final Section IKE =
            new Section(
                    "ike",
                    ConfigSection.of("ike section", IKE_PROPOSALS, IKE_LIFETIME),
                    DEFAULTS,
                    "the IKE SA");

    // ESP.
    static final Values<EspProposal> ESP_PROPOSALS =
            new Values<>(
                    "proposals",
                    NameTypes.ESP_PROPOSAL_TYPE,
                    1,
                    byDefault(
                            "aes256gcm16-ecp384",
                            "aes256gcm16-ecp256",
                            "aes128gcm16-ecp256",
                            "aes256gcm16-modp2048"),
                    "ciphers of the CHILD SA, each with its group for rekeying");
    static final Value<Duration> ESP_LIFETIME =
            new Value<>(
                    "lifetime",
                    duration("10s", "24h", "1h"),
                    byDefault("1h"),
                    "hard limit of a CHILD SA, which is rekeyed earlier");
    static final Value<Integer> REPLAY_WINDOW =
            new Value<>(
                    "replay-window",
                    QuantityTypes.REPLAY_WINDOW,
                    byDefault("1024"),
                    "packets that may arrive out of order");
    static final Value<Encapsulation> ENCAPSULATION =
            new Value<>(
                    "encapsulation",
                    NameTypes.choice(Encapsulation.class),
                    byDefault("udp"),
                    "how ESP travels: udp in UDP 4500 always, esp as IP protocol 50 always, auto as"
                            + " IP protocol 50 unless there is a NAT");
    static final Value<DontFragment> DF =
            new Value<>(
                    "df",
                    NameTypes.choice(DontFragment.class),
                    byDefault("clear"),
                    "DF of outer IPv4 headers; clear lets routers fragment what is too long for"
                            + " them");
    static final Value<Dscp> DSCP =
            new Value<>(
                    "dscp",
                    NameTypes.choice(Dscp.class),
                    byDefault("copy"),
                    "DSCP of outer headers: the inner packet's, or 0 to hide it");
    static final Section ESP =
            new Section(
                    "esp",
                    ConfigSection.of(
                            "esp section",
                            ESP_PROPOSALS,
                            ESP_LIFETIME,
                            REPLAY_WINDOW,
                            ENCAPSULATION,
                            DF,
                            DSCP),
                    DEFAULTS,
                    "the CHILD SA");

    // Liveness.
    static final Value<Duration> DPD_INTERVAL =
            new Value<>(
                    "dpd-interval",
                    duration("100ms", "1h", "10s"),
                    byDefault("10s"),
                    "silence after which the peer is asked whether it lives");
    static final Value<Duration> DPD_TIMEOUT =
            new Value<>(
                    "dpd-timeout",
                    duration("200ms", "2h", "30s"),
                    byDefault("30s"),
                    "silence after which the peer is dead");
    static final Value<Duration> PROBE_INTERVAL =
            new Value<>(
                    "probe-interval",
                    duration("10ms", "1m", "250ms").orNull(),
                    byDefault("250ms"),
                    "between probes of the path inside the tunnel; null: none");
    static final Section LIVENESS =
            new Section(
                    "liveness",
                    ConfigSection.of("liveness section", DPD_INTERVAL, DPD_TIMEOUT, PROBE_INTERVAL),
                    DEFAULTS,
                    "how a dead peer is noticed");

    // BGP.
    static final Value<Duration> HOLD_TIME =
            new Value<>(
                    "hold-time",
                    QuantityTypes.HOLD_TIME,
                    byDefault("30s"),
                    "hold time that we propose");
    static final Value<Path> MD5_FILE =
            new Value<>(
                    "md5-file",
                    NameTypes.path("secrets/aws-1.md5"),
                    OPTIONAL,
                    "file with the TCP MD5 key, which only its owner can read");
    static final Section BGP =
            new Section(
                    "bgp",
                    ConfigSection.of(
                            "bgp section",
                            HOLD_TIME,
                            MD5_FILE,
                            RouteKeys.TTL_SECURITY,
                            RouteKeys.MED,
                            RouteKeys.PREPEND,
                            RouteKeys.LOCAL_PREF),
                    DEFAULTS,
                    "the BGP session; only with routing: bgp");

    // Tunnel.
    static final Value<String> TUNNEL_NAME =
            new Value<>("name", NameTypes.NAME_TYPE, REQUIRED, "name of the tunnel, unique");
    static final Value<String> INTERFACE =
            new Value<>(
                    "interface",
                    NameTypes.INTERFACE_TYPE,
                    derived("cv and the number of the tunnel in the file, from 0"),
                    "name of the TUN device, unique");
    static final Value<PeerHost> PEER_ADDRESS =
            new Value<>(
                    "peer-address",
                    AddressTypes.PEER_HOST,
                    REQUIRED,
                    "the peer's outside address, or the name that leads to it; another for each"
                            + " tunnel");
    static final Value<Identification> TUNNEL_IDENTITY =
            new Value<>(
                    "identity",
                    NameTypes.IDENTITY_TYPE,
                    derived("the site's identity, or the certificate's subject"),
                    "our IKE identity in this tunnel");
    static final Value<Identification> PEER_IDENTITY =
            new Value<>(
                    "peer-identity",
                    NameTypes.IDENTITY_TYPE,
                    derived("peer-address"),
                    "IKE identity that the peer must prove");
    static final Value<InsideAddress> INSIDE_ADDRESS =
            new Value<>(
                    "inside-address",
                    AddressTypes.INSIDE_ADDRESS,
                    REQUIRED,
                    "our address in the tunnel; the peer has the other host of the block");
    static final Value<Role> ROLE =
            new Value<>(
                    "role",
                    NameTypes.choice(Role.class),
                    byDefault("initiate"),
                    "whether we start the IKE SA or wait for the peer");
    static final Values<IpPrefix> LOCAL_SELECTORS =
            new Values<>(
                    "local-selectors",
                    AddressTypes.PREFIX,
                    1,
                    derived("0.0.0.0/0, or ::/0 when inside-address is IPv6"),
                    "inner addresses on our side that the tunnel carries");
    static final Values<IpPrefix> REMOTE_SELECTORS =
            new Values<>(
                    "remote-selectors",
                    AddressTypes.PREFIX,
                    1,
                    derived("0.0.0.0/0, or ::/0 when inside-address is IPv6"),
                    "inner addresses on the peer's side that the tunnel carries");
    static final ConfigSection TUNNEL =
            ConfigSection.of(
                    "tunnel",
                    TUNNEL_NAME,
                    INTERFACE,
                    PEER_ADDRESS,
                    TUNNEL_IDENTITY,
                    PEER_IDENTITY,
                    CredentialKeys.PRE_SHARED_KEY,
                    CredentialKeys.CERTIFICATE,
                    CredentialKeys.PRIVATE_KEY,
                    CredentialKeys.CERTIFICATE_AUTHORITIES,
                    CredentialKeys.PPK,
                    INSIDE_ADDRESS,
                    ROLE,
                    LOCAL_SELECTORS,
                    REMOTE_SELECTORS,
                    IKE,
                    ESP,
                    LIVENESS,
                    OffloadKeys.OFFLOADS,
                    BGP);

    // Connection.
    static final Value<String> CONNECTION_NAME =
            new Value<>("name", NameTypes.NAME_TYPE, REQUIRED, "name of the connection, unique");
    static final Value<String> VPN_CONNECTION_ID =
            new Value<>(
                    "vpn-connection-id",
                    NameTypes.VPN_CONNECTION_ID_TYPE,
                    OPTIONAL,
                    "the id that AWS gave; with it AWS's rules are checked");
    static final Value<RoutingKind> ROUTING =
            new Value<>(
                    "routing",
                    NameTypes.choice(RoutingKind.class),
                    REQUIRED,
                    "whether the peer's networks come from BGP or from static-routes");
    static final Value<Long> PEER_ASN =
            new Value<>("peer-asn", QuantityTypes.ASN, BGP_ONLY, "AS number of the peer");
    static final Values<IpPrefix> STATIC_ROUTES =
            new Values<>(
                    "static-routes",
                    AddressTypes.PREFIX,
                    1,
                    new Presence.Depends("needed with routing: static"),
                    "networks behind the peer");
    static final Value<Integer> MAX_PREFIXES =
            new Value<>(
                    "max-prefixes",
                    count(1, 1_000_000, "1000"),
                    byDefault("1000"),
                    "prefixes after which the BGP session is closed");
    static final Sections TUNNELS =
            new Sections("tunnels", TUNNEL, 16, REQUIRED, "the tunnels of this connection");
    private static final ConfigSection CONNECTION =
            ConfigSection.of(
                    "connection",
                    CONNECTION_NAME,
                    VPN_CONNECTION_ID,
                    ROUTING,
                    PEER_ASN,
                    STATIC_ROUTES,
                    RouteKeys.ACCEPT,
                    MAX_PREFIXES,
                    RouteKeys.ADVERTISE,
                    RouteKeys.MAX_ADVERTISED,
                    RouteKeys.ADVERTISE_DEFAULT,
                    TUNNELS);

    // The file.
    static final Value<Path> CONTROL_SOCKET =
            new Value<>(
                    "control-socket",
                    NameTypes.path("/run/culvert/control.sock"),
                    byDefault("/run/culvert/control.sock"),
                    "socket for the commands of the operator");
    static final Value<InetSocketAddress> METRICS =
            new Value<>(
                    "metrics",
                    AddressTypes.SOCKET_ADDRESS,
                    OPTIONAL,
                    "where metrics are served over HTTP; nowhere when absent");
    static final Sections CONNECTIONS =
            new Sections("connections", CONNECTION, 64, REQUIRED, "the VPN connections");

    /** The top of the table. */
    public static final ConfigSection ROOT =
            ConfigSection.of(
                    "file",
                    VERSION,
                    SITE,
                    RouteKeys.ROUTES,
                    CONTROL_SOCKET,
                    METRICS,
                    CONNECTIONS,
                    NeighborKeys.NEIGHBORS);

    private ConfigKeys() {}

    private static Presence byDefault(String... words) {
        return new Presence.Default(List.of(words));
    }

    private static Presence derived(String words) {
        return new Presence.Derived(words);
    }
}
