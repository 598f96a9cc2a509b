package culvert.config;

import static culvert.config.ReloadClass.LIVE;
import static culvert.config.ReloadClass.REKEY_CHILD_SA;
import static culvert.config.ReloadClass.REKEY_IKE_SA;
import static culvert.config.ReloadClass.RESTART_DAEMON;
import static culvert.config.ReloadClass.RESTART_SESSION;
import static culvert.config.ReloadClass.RESTART_TUNNEL;

import culvert.bgp.BgpSettings;
import culvert.ike.Credentials;
import culvert.model.Offload;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What each key of {@link ConfigKeys} is in the records, and what its change costs. A row may stand
 * for a whole section.
 *
 * <p>Names are missing on purpose: connections and tunnels are told apart by them.
 */
final class ReloadKeys {
    /**
     * One key.
     *
     * @param path below the mapping that the list is for
     * @param value what to compare; {@link Optional#empty()} where the key does not apply
     */
    record Row<T>(String path, ReloadClass reloadClass, Function<T, Object> value) {}

    static final List<Row<GatewayConfig>> GATEWAY =
            List.of(
                    new Row<>("version", RESTART_DAEMON, c -> 1),
                    new Row<>("site.name", LIVE, c -> c.site().name()),
                    new Row<>(
                            "site.outside-address", RESTART_DAEMON, c -> c.site().outsideAddress()),
                    // What it is the default of restarts the tunnels that have no identity of their
                    // own.
                    new Row<>("site.identity", LIVE, c -> c.site().identity()),
                    new Row<>("site.asn", RESTART_DAEMON, c -> c.site().asn()),
                    new Row<>("site.router-id", RESTART_DAEMON, c -> c.site().routerId()),
                    new Row<>("site.advertise", LIVE, c -> c.site().advertise()),
                    new Row<>("routes.metric", RESTART_DAEMON, c -> c.routes().metric()),
                    new Row<>("routes.guard", RESTART_DAEMON, c -> c.routes().guard()),
                    new Row<>("routes.hold-down", RESTART_DAEMON, c -> c.routes().holdDown()),
                    new Row<>("routes.multipath", RESTART_DAEMON, c -> c.routes().multipath()),
                    new Row<>("neighbors", RESTART_DAEMON, GatewayConfig::neighbors),
                    new Row<>("control-socket", RESTART_DAEMON, GatewayConfig::controlSocket),
                    new Row<>("metrics", LIVE, GatewayConfig::metrics));

    static final List<Row<ConnectionConfig>> CONNECTION =
            List.of(
                    new Row<>("vpn-connection-id", LIVE, ConnectionConfig::vpnConnectionId),
                    new Row<>("routing", RESTART_TUNNEL, ReloadKeys::kind),
                    new Row<>("peer-asn", RESTART_SESSION, ofBgp(Routing.Bgp::peerAsn)),
                    new Row<>("static-routes", LIVE, ReloadKeys::staticRoutes),
                    new Row<>("accept", LIVE, ofBgp(Routing.Bgp::accept)),
                    new Row<>("max-prefixes", LIVE, ofBgp(Routing.Bgp::maxPrefixes)),
                    new Row<>("advertise", LIVE, ofBgp(Routing.Bgp::advertise)),
                    new Row<>("max-advertised", LIVE, ofBgp(Routing.Bgp::maxAdvertised)),
                    new Row<>("advertise-default", LIVE, ofBgp(Routing.Bgp::advertiseDefault)));

    static final List<Row<TunnelConfig>> TUNNEL =
            List.of(
                    new Row<>("interface", RESTART_TUNNEL, TunnelConfig::interfaceName),
                    new Row<>("peer-address", RESTART_TUNNEL, t -> t.ike().peer()),
                    new Row<>("peer-identity", RESTART_TUNNEL, t -> t.ike().peerIdentity()),
                    new Row<>("identity", RESTART_TUNNEL, t -> t.ike().localIdentity()),
                    new Row<>("pre-shared-key", RESTART_TUNNEL, ReloadKeys::preSharedKey),
                    // Renewed certificates serve the next IKE_AUTH; the SAs that stand, stay.
                    new Row<>("certificate", LIVE, ofCertificates(ReloadKeys::certificate)),
                    new Row<>("private-key", LIVE, ofCertificates(ReloadKeys::publicKey)),
                    new Row<>("certificate-authorities", LIVE, ofCertificates(c -> c.trust())),
                    new Row<>("ppk", RESTART_TUNNEL, t -> t.ike().ppk()),
                    new Row<>("inside-address", RESTART_TUNNEL, TunnelConfig::insideAddress),
                    new Row<>("role", LIVE, t -> t.ike().role()),
                    new Row<>("local-selectors", RESTART_TUNNEL, t -> t.ike().localSelectors()),
                    new Row<>("remote-selectors", RESTART_TUNNEL, t -> t.ike().remoteSelectors()),
                    new Row<>("ike.proposals", REKEY_IKE_SA, t -> t.ike().ikeProposals()),
                    new Row<>("ike.lifetime", REKEY_IKE_SA, t -> t.ike().ikeLifetime()),
                    new Row<>("esp.proposals", REKEY_CHILD_SA, t -> t.ike().espProposals()),
                    new Row<>("esp.lifetime", REKEY_CHILD_SA, t -> t.ike().espLifetime()),
                    new Row<>("esp.replay-window", REKEY_CHILD_SA, t -> t.ike().replayWindow()),
                    new Row<>("esp.encapsulation", RESTART_TUNNEL, TunnelConfig::encapsulation),
                    new Row<>(
                            "esp.df",
                            RESTART_TUNNEL,
                            t -> t.dataplane().dontFragment() ? "set" : "clear"),
                    new Row<>(
                            "esp.dscp",
                            RESTART_TUNNEL,
                            t -> t.dataplane().copyDscp() ? "copy" : "clear"),
                    new Row<>("offloads", RESTART_TUNNEL, ReloadKeys::offloads),
                    new Row<>("liveness.dpd-interval", LIVE, t -> t.ike().dpdInterval()),
                    new Row<>("liveness.dpd-timeout", LIVE, t -> t.ike().dpdTimeout()),
                    new Row<>("liveness.probe-interval", LIVE, TunnelConfig::probeInterval),
                    new Row<>("bgp.hold-time", RESTART_SESSION, ofSession(BgpSettings::holdTime)),
                    new Row<>("bgp.md5-file", RESTART_SESSION, ReloadKeys::md5File),
                    new Row<>(
                            "bgp.ttl-security",
                            RESTART_SESSION,
                            ofSession(BgpSettings::ttlSecurity)),
                    new Row<>("bgp.med", LIVE, ofSession(BgpSettings::med)),
                    new Row<>("bgp.prepend", LIVE, ofSession(BgpSettings::prepend)),
                    new Row<>("bgp.local-pref", LIVE, ofSession(BgpSettings::localPref)));

    private ReloadKeys() {}

    private static Object kind(ConnectionConfig connection) {
        return switch (connection.routing()) {
            case Routing.Static routing -> RoutingKind.STATIC;
            case Routing.Bgp routing -> RoutingKind.BGP;
        };
    }

    private static Object staticRoutes(ConnectionConfig connection) {
        return connection.routing() instanceof Routing.Static routing
                ? routing.routes()
                : Optional.empty();
    }

    private static Object preSharedKey(TunnelConfig tunnel) {
        return tunnel.ike().credentials() instanceof Credentials.PreSharedKey psk
                ? psk.key()
                : Optional.empty();
    }

    private static Function<TunnelConfig, Object> ofCertificates(
            Function<Credentials.Certificates, Object> value) {
        return tunnel ->
                tunnel.ike().credentials() instanceof Credentials.Certificates certificates
                        ? value.apply(certificates)
                        : Optional.empty();
    }

    private static Object certificate(Credentials.Certificates certificates) {
        return List.of(certificates.own().chain(), certificates.own().rsaPadding());
    }

    /** Stands for the private key, which was checked to be that of the certificate. */
    private static Object publicKey(Credentials.Certificates certificates) {
        return certificates.own().certificate().getPublicKey();
    }

    private static Function<ConnectionConfig, Object> ofBgp(Function<Routing.Bgp, Object> value) {
        return connection ->
                connection.routing() instanceof Routing.Bgp routing
                        ? value.apply(routing)
                        : Optional.empty();
    }

    private static Function<TunnelConfig, Object> ofSession(Function<BgpSettings, Object> value) {
        return tunnel -> tunnel.bgp().map(value);
    }

    /** In a fixed order. */
    private static Object offloads(TunnelConfig tunnel) {
        return Arrays.stream(Offload.values())
                .filter(tunnel.dataplane().offloads()::contains)
                .toList();
    }

    private static Object md5File(TunnelConfig tunnel) {
        return tunnel.bgp().flatMap(BgpSettings::md5File);
    }
}
