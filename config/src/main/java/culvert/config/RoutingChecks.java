package culvert.config;

import static culvert.config.ConfigKeys.ADVERTISE;
import static culvert.config.ConfigKeys.ASN;
import static culvert.config.ConfigKeys.BGP;
import static culvert.config.ConfigKeys.MAX_PREFIXES;
import static culvert.config.ConfigKeys.PEER_ASN;
import static culvert.config.ConfigKeys.ROUTER_ID;
import static culvert.config.ConfigKeys.ROUTING;
import static culvert.config.ConfigKeys.STATIC_ROUTES;

import java.util.List;
import java.util.Optional;

/** Which keys go with which kind of routing. */
final class RoutingChecks {
    private final GatewayDraft gateway;
    private final Problems problems;

    private RoutingChecks(GatewayDraft gateway, Problems problems) {
        this.gateway = gateway;
        this.problems = problems;
    }

    static void check(GatewayDraft gateway, Problems problems) {
        RoutingChecks checks = new RoutingChecks(gateway, problems);
        for (ConnectionDraft connection : gateway.connections()) {
            connection
                    .routing()
                    .ifPresent(
                            kind -> {
                                switch (kind) {
                                    case STATIC -> checks.checkStatic(connection);
                                    case BGP -> checks.checkBgp(connection);
                                }
                            });
        }
        checks.checkSite();
    }

    private void checkStatic(ConnectionDraft connection) {
        Fields fields = connection.fields();
        refuseBgpKey(fields, PEER_ASN);
        refuseBgpKey(fields, MAX_PREFIXES);
        RouteKeys.OF_BGP_CONNECTION.forEach(key -> refuseBgpKey(fields, key));
        for (TunnelDraft tunnel : connection.tunnels()) {
            refuseBgpKey(tunnel.fields(), BGP);
        }
        if (!fields.isWritten(STATIC_ROUTES)) {
            problems.error(
                    fields.valueAt(ROUTING),
                    "routing: static needs static-routes",
                    "write static-routes: [10.20.0.0/16] with the networks behind the peer");
        }
    }

    private void refuseBgpKey(Fields fields, ConfigKey key) {
        if (fields.isWritten(key)) {
            problems.error(
                    fields.keyAt(key),
                    key.name() + " has no meaning with routing: static, which has no BGP session",
                    "remove it, or write routing: bgp");
        }
    }

    private void checkBgp(ConnectionDraft connection) {
        Fields fields = connection.fields();
        if (fields.isWritten(STATIC_ROUTES)) {
            problems.error(
                    fields.keyAt(STATIC_ROUTES),
                    "static-routes has no meaning with routing: bgp, where the peer announces its"
                            + " networks",
                    "remove it, or write routing: static");
        }
        if (!fields.isWritten(PEER_ASN)) {
            problems.error(
                    fields.valueAt(ROUTING),
                    "routing: bgp needs peer-asn",
                    "write peer-asn: 64512, or whatever the peer's AS number is");
        }
        Optional<Located<Long>> peer = fields.value(PEER_ASN);
        Optional<Long> ours = gateway.site().value(ASN).map(Located::value);
        if (peer.isPresent() && ours.equals(peer.map(Located::value))) {
            problems.error(
                    peer.get().at(),
                    "peer-asn %d is our own asn".formatted(peer.get().value()),
                    "write two different numbers: only sessions between ASes (eBGP) are spoken");
        }
    }

    private void checkSite() {
        Fields site = gateway.site();
        if (!gateway.speaksBgp()) {
            for (ConfigKey key : List.of(ADVERTISE, ROUTER_ID)) {
                if (site.isWritten(key) && knowsRoutingOfAll()) {
                    problems.warning(
                            site.keyAt(key),
                            key.name() + " has no effect: no connection has routing: bgp",
                            "remove it, or write routing: bgp");
                }
            }
            return;
        }
        if (!site.isWritten(ASN)) {
            problems.error(
                    site.at(), "routing: bgp needs an AS number of ours", "write asn: 65000");
        }
        boolean anyIpv4 =
                gateway.tunnels().stream()
                        .flatMap(tunnel -> tunnel.insideAddress().stream())
                        .anyMatch(inside -> inside.value().isIpv4());
        boolean anyInside =
                gateway.tunnels().stream().anyMatch(tunnel -> tunnel.insideAddress().isPresent());
        if (!site.isWritten(ROUTER_ID) && anyInside && !anyIpv4) {
            problems.error(
                    site.at(),
                    "router-id is missing and there is no IPv4 inside-address to take it from",
                    "write router-id: 192.168.10.1, an IPv4 address of this site");
        }
    }

    private boolean knowsRoutingOfAll() {
        return !gateway.connections().isEmpty()
                && gateway.connections().stream()
                        .allMatch(connection -> connection.routing().isPresent());
    }
}
