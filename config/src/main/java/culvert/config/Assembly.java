package culvert.config;

import culvert.bgp.BgpSettings;
import culvert.ike.IkeTunnelSettings;
import culvert.ike.Role;
import culvert.ike.message.Identification;
import culvert.model.IpPrefix;
import culvert.model.PeerHost;
import culvert.model.TrafficSelector;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Builds the records from a draft in which the checks found no error. */
final class Assembly {
    private final GatewayDraft gateway;
    private final Path file;
    private final TunnelCredentials credentials;
    private final boolean exportKeys;

    Assembly(GatewayDraft gateway, Path file, TunnelCredentials credentials, boolean exportKeys) {
        this.gateway = gateway;
        this.file = file;
        this.credentials = credentials;
        this.exportKeys = exportKeys;
    }

    GatewayConfig config() {
        return new GatewayConfig(
                site(),
                routes(),
                resolved(require(gateway.root(), ConfigKeys.CONTROL_SOCKET)),
                find(gateway.root(), ConfigKeys.METRICS),
                gateway.connections().stream().map(this::connection).toList(),
                gateway.root().sections(NeighborKeys.NEIGHBORS).stream()
                        .map(this::neighbor)
                        .toList());
    }

    private NeighborConfig neighbor(Fields fields) {
        return new NeighborConfig(
                require(fields, NeighborKeys.NAME),
                require(fields, NeighborKeys.ADDRESS),
                require(fields, NeighborKeys.LOCAL_ADDRESS),
                require(fields, NeighborKeys.ASN),
                require(fields, NeighborKeys.ROLE) == Role.RESPOND,
                require(fields, NeighborKeys.HOLD_TIME),
                find(fields, NeighborKeys.MD5_FILE).map(this::resolved),
                require(fields, NeighborKeys.TTL_SECURITY),
                all(fields.values(NeighborKeys.ACCEPT)),
                require(fields, NeighborKeys.MAX_PREFIXES),
                all(fields.values(NeighborKeys.ADVERTISE)),
                number(fields, NeighborKeys.MED),
                number(fields, NeighborKeys.LOCAL_PREF));
    }

    private static OptionalLong number(Fields fields, ConfigKey.Value<Integer> key) {
        return find(fields, key)
                .map(number -> OptionalLong.of(number))
                .orElse(OptionalLong.empty());
    }

    private RouteSettings routes() {
        Fields routes = gateway.root().section(RouteKeys.ROUTES);
        return new RouteSettings(
                require(routes, RouteKeys.METRIC),
                require(routes, RouteKeys.GUARD),
                require(routes, RouteKeys.HOLD_DOWN),
                require(routes, RouteKeys.MULTIPATH));
    }

    private SiteConfig site() {
        Fields site = gateway.site();
        InetAddress outside = require(site, ConfigKeys.OUTSIDE_ADDRESS);
        return new SiteConfig(
                require(site, ConfigKeys.SITE_NAME),
                outside,
                find(site, ConfigKeys.IDENTITY).orElseGet(() -> Identification.ofAddress(outside)),
                find(site, ConfigKeys.ASN).map(OptionalLong::of).orElse(OptionalLong.empty()),
                find(site, ConfigKeys.ROUTER_ID).or(this::firstInsideIpv4),
                all(site.values(ConfigKeys.ADVERTISE)));
    }

    private Optional<Inet4Address> firstInsideIpv4() {
        return gateway.tunnels().stream()
                .map(tunnel -> require(tunnel.fields(), ConfigKeys.INSIDE_ADDRESS).local())
                .flatMap(
                        address ->
                                address instanceof Inet4Address ipv4
                                        ? Optional.of(ipv4).stream()
                                        : Optional.<Inet4Address>empty().stream())
                .findFirst();
    }

    private ConnectionConfig connection(ConnectionDraft connection) {
        Fields fields = connection.fields();
        return new ConnectionConfig(
                require(fields, ConfigKeys.CONNECTION_NAME),
                find(fields, ConfigKeys.VPN_CONNECTION_ID),
                routing(fields),
                connection.tunnels().stream().map(tunnel -> tunnel(connection, tunnel)).toList());
    }

    private static Routing routing(Fields fields) {
        return switch (require(fields, ConfigKeys.ROUTING)) {
            case STATIC -> new Routing.Static(all(fields.values(ConfigKeys.STATIC_ROUTES)));
            case BGP ->
                    new Routing.Bgp(
                            require(fields, ConfigKeys.PEER_ASN),
                            all(fields.values(RouteKeys.ACCEPT)),
                            require(fields, ConfigKeys.MAX_PREFIXES),
                            all(fields.values(RouteKeys.ADVERTISE)),
                            require(fields, RouteKeys.MAX_ADVERTISED),
                            require(fields, RouteKeys.ADVERTISE_DEFAULT));
        };
    }

    private TunnelConfig tunnel(ConnectionDraft connection, TunnelDraft tunnel) {
        Optional<BgpSettings> bgp =
                connection.isBgp()
                        ? Optional.of(
                                bgp(require(connection.fields(), ConfigKeys.PEER_ASN), tunnel))
                        : Optional.empty();
        return new TunnelConfig(
                require(tunnel.fields(), ConfigKeys.TUNNEL_NAME),
                tunnel.interfaceName().orElseThrow().value(),
                require(tunnel.fields(), ConfigKeys.INSIDE_ADDRESS),
                ike(tunnel),
                require(tunnel.esp(), ConfigKeys.ENCAPSULATION),
                dataplane(tunnel),
                tunnel.probeInterval(),
                bgp);
    }

    private static DataplaneConfig dataplane(TunnelDraft tunnel) {
        return new DataplaneConfig(
                OffloadKeys.wanted(tunnel.fields()),
                require(tunnel.esp(), ConfigKeys.DF) == DontFragment.SET,
                require(tunnel.esp(), ConfigKeys.DSCP) == Dscp.COPY);
    }

    private BgpSettings bgp(long peerAsn, TunnelDraft tunnel) {
        Fields bgp = tunnel.bgp();
        return new BgpSettings(
                (int) peerAsn,
                require(bgp, ConfigKeys.HOLD_TIME),
                find(bgp, ConfigKeys.MD5_FILE).map(this::resolved),
                require(bgp, RouteKeys.TTL_SECURITY),
                require(bgp, RouteKeys.MED),
                require(bgp, RouteKeys.PREPEND),
                require(bgp, RouteKeys.LOCAL_PREF));
    }

    private IkeTunnelSettings ike(TunnelDraft tunnel) {
        Fields fields = tunnel.fields();
        Fields site = gateway.site();
        InetAddress outside = require(site, ConfigKeys.OUTSIDE_ADDRESS);
        PeerHost peer = require(fields, ConfigKeys.PEER_ADDRESS);
        return new IkeTunnelSettings(
                require(fields, ConfigKeys.TUNNEL_NAME),
                require(fields, ConfigKeys.ROLE),
                outside,
                peer,
                find(fields, ConfigKeys.TUNNEL_IDENTITY)
                        .map(written -> credentials.identity(tunnel, written))
                        .or(() -> credentials.subject(tunnel))
                        .or(() -> find(site, ConfigKeys.IDENTITY))
                        .orElseGet(() -> Identification.ofAddress(outside)),
                find(fields, ConfigKeys.PEER_IDENTITY).orElseGet(() -> identity(peer)),
                credentials.of(tunnel),
                credentials.ppk(tunnel),
                all(tunnel.ike().values(ConfigKeys.IKE_PROPOSALS)),
                require(tunnel.ike(), ConfigKeys.IKE_LIFETIME),
                all(tunnel.esp().values(ConfigKeys.ESP_PROPOSALS)),
                require(tunnel.esp(), ConfigKeys.ESP_LIFETIME),
                require(tunnel.esp(), ConfigKeys.REPLAY_WINDOW),
                require(tunnel.esp(), ConfigKeys.ENCAPSULATION),
                require(tunnel.liveness(), ConfigKeys.DPD_INTERVAL),
                require(tunnel.liveness(), ConfigKeys.DPD_TIMEOUT),
                selectors(tunnel, ConfigKeys.LOCAL_SELECTORS),
                selectors(tunnel, ConfigKeys.REMOTE_SELECTORS),
                exportKeys);
    }

    private static Identification identity(PeerHost peer) {
        return switch (peer) {
            case PeerHost.Address(InetAddress address) -> Identification.ofAddress(address);
            case PeerHost.Name(String name) -> Identification.ofText(Identification.FQDN, name);
        };
    }

    private static List<TrafficSelector> selectors(
            TunnelDraft tunnel, ConfigKey.Values<IpPrefix> key) {
        return tunnel.selectors(key).stream().map(TrafficSelector::of).toList();
    }

    private Path resolved(Path path) {
        return file.resolveSibling(path);
    }

    private static <T> List<T> all(List<Located<T>> values) {
        return values.stream().map(Located::value).toList();
    }

    private static <T> Optional<T> find(Fields fields, ConfigKey.Value<T> key) {
        return fields.value(key).map(Located::value);
    }

    private static <T> T require(Fields fields, ConfigKey.Value<T> key) {
        return find(fields, key)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "%s without %s passed the checks"
                                                .formatted(fields.label(), key.name())));
    }
}
