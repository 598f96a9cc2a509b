package culvert.gateway.daemon;

import culvert.bgp.BgpPeerStatus;
import culvert.config.ConnectionConfig;
import culvert.config.GatewayConfig;
import culvert.config.NeighborConfig;
import culvert.gateway.metrics.BgpPeerSample;
import culvert.ike.IkeEndpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the daemon tells about itself, gathered from its parts; runs on the control loop. */
final class Reports {
    private final long startNanos = System.nanoTime();
    private final Supplier<GatewayConfig> config;
    private final Map<String, Tunnel> tunnels;
    private final TunnelSet tunnelSet;
    private final IkeEndpoint endpoint;
    private final IkeDriver driver;
    private final TrafficRouting routing;
    private final Tallies tallies;
    private final LongSupplier strayDatagrams;
    private final Supplier<ConfigState> configState;

    /**
     * @param config the one that counts now
     * @param strayDatagrams how many came that are not IKE
     */
    Reports(
            Supplier<GatewayConfig> config,
            Map<String, Tunnel> tunnels,
            TunnelSet tunnelSet,
            IkeEndpoint endpoint,
            IkeDriver driver,
            TrafficRouting routing,
            Tallies tallies,
            LongSupplier strayDatagrams,
            Supplier<ConfigState> configState) {
        this.config = config;
        this.tunnels = tunnels;
        this.tunnelSet = tunnelSet;
        this.endpoint = endpoint;
        this.driver = driver;
        this.routing = routing;
        this.tallies = tallies;
        this.strayDatagrams = strayDatagrams;
        this.configState = configState;
    }

    /** Rates and last packets of each tunnel, by name. */
    Map<String, TunnelActivity> activity() {
        tallies.observePackets(tunnels.values());
        return tallies.activity();
    }

    /** For {@code sa}. */
    SaReport sas() {
        long nowNanos = System.nanoTime();
        List<SaReport.Tunnel> reports = new ArrayList<>();
        for (Tunnel tunnel : tunnels.values()) {
            reports.add(
                    new SaReport.Tunnel(
                            tunnel.name(),
                            endpoint.status(tunnel.name(), nowNanos),
                            tunnel.dataplane().inboundActivity(),
                            tunnel.dataplane().outboundActivity(),
                            endpoint.errorNotifies(tunnel.name())));
        }
        return new SaReport(reports, tallies.ikeMessages().lines(), nowNanos);
    }

    /** For {@code bgp}. */
    BgpReport bgp() {
        List<BgpReport.Peer> peers = new ArrayList<>();
        for (Tunnel tunnel : tunnels.values()) {
            routing.bgp(tunnel.name())
                    .ifPresent(
                            status ->
                                    peers.add(
                                            new BgpReport.Peer(
                                                    tunnel.name(),
                                                    tunnel.config().insideAddress().peer(),
                                                    status)));
        }
        return new BgpReport(
                config.get().site().asn().orElse(0),
                config.get().site().routerId().map(InetAddress::getHostAddress).orElse(""),
                peers);
    }

    /** For {@code status} and health. */
    StatusReport status() {
        long nowNanos = System.nanoTime();
        List<StatusReport.Tunnel> reports = new ArrayList<>();
        for (Tunnel tunnel : tunnels.values()) {
            reports.add(
                    new StatusReport.Tunnel(
                            tunnel.name(),
                            tunnelSet.connectionOf(tunnel.name()),
                            tunnel.config().interfaceName(),
                            tunnel.mtuBytes(),
                            endpoint.status(tunnel.name(), nowNanos),
                            tunnel.dataplane().counters(),
                            tunnel.dataplane().offloads(),
                            new StatusReport.Path(
                                    tunnel.path().pathBytes(), tunnel.dataplane().icmpErrors()),
                            tunnel.config().insideAddress().peer(),
                            routing.bgp(tunnel.name()),
                            routing.outage(tunnel.name()),
                            driver.revocationLists(tunnel.name())));
        }
        return new StatusReport(
                TimeUnit.NANOSECONDS.toSeconds(nowNanos - startNanos),
                reports,
                neighbors(),
                routing.installed(),
                routing.active(),
                endpoint.counters(),
                strayDatagrams.getAsLong(),
                configState.get());
    }

    private List<StatusReport.Neighbor> neighbors() {
        List<StatusReport.Neighbor> neighbors = new ArrayList<>();
        for (NeighborConfig neighbor : config.get().neighbors()) {
            routing.bgp(neighbor.name())
                    .ifPresent(
                            bgp ->
                                    neighbors.add(
                                            new StatusReport.Neighbor(neighbor.address(), bgp)));
        }
        return neighbors;
    }

    /** For metrics and the status page. */
    Observation observe() {
        Map<String, String> vpnIds = new LinkedHashMap<>();
        for (ConnectionConfig connection : config.get().connections()) {
            connection.vpnConnectionId().ifPresent(id -> vpnIds.put(connection.name(), id));
        }
        tallies.observePackets(tunnels.values());
        for (String name : tunnels.keySet()) {
            tallies.of(name).errorNotifies(endpoint.errorNotifies(name));
            tallies.of(name).childRekeyCollisions(endpoint.childRekeyCollisions(name));
        }
        StatusReport report = status();
        return new Observation(
                config.get().site().name(),
                ConfigHash.of(config.get()),
                report,
                tallies,
                vpnIds,
                bgpPeers(report));
    }

    private List<BgpPeerSample> bgpPeers(StatusReport report) {
        List<BgpPeerSample> samples = new ArrayList<>();
        for (StatusReport.Tunnel tunnel : report.tunnels()) {
            InetAddress peer =
                    Objects.requireNonNull(tunnels.get(tunnel.name()))
                            .config()
                            .insideAddress()
                            .peer();
            tunnel.bgp()
                    .ifPresent(
                            bgp -> samples.add(sample(tunnel.name(), peer.getHostAddress(), bgp)));
        }
        for (StatusReport.Neighbor neighbor : report.neighbors()) {
            samples.add(
                    sample(
                                    neighbor.bgp().peer(),
                                    neighbor.address().getHostAddress(),
                                    neighbor.bgp())
                            .asNeighbor());
        }
        return samples;
    }

    private static BgpPeerSample sample(String name, String peer, BgpPeerStatus bgp) {
        return BgpPeerSample.ofTunnel(
                name,
                peer,
                bgp.state().toString().toLowerCase(Locale.ROOT),
                bgp.received(),
                bgp.accepted(),
                bgp.advertised(),
                bgp.ends(),
                bgp.messages());
    }
}
