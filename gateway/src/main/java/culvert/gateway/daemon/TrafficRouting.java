package culvert.gateway.daemon;

import culvert.bgp.BgpPeerStatus;
import culvert.bgp.message.Cease;
import culvert.bgp.rib.RouteChange;
import culvert.config.GatewayConfig;
import culvert.config.NeighborConfig;
import culvert.config.RouteSettings;
import culvert.config.TunnelConfig;
import culvert.gateway.routing.BgpRoutes;
import culvert.gateway.routing.Failover;
import culvert.gateway.routing.NeighborWays;
import culvert.gateway.routing.Outage;
import culvert.gateway.routing.Pins;
import culvert.gateway.routing.RouteWriter;
import culvert.gateway.routing.RoutingTable;
import culvert.gateway.routing.Steering;
import culvert.gateway.routing.TableOptions;
import culvert.gateway.routing.WatchedTunnel;
import culvert.ike.IkeEndpoint;
import culvert.ike.IkeInput;
import culvert.ike.IkeTunnelStatus;
import culvert.tunio.Rtnetlink;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Everything about which way packets go: static routes, BGP's, and the failover of both. Opened
 * before the control loop runs; from then on every method belongs to the loop.
 */
final class TrafficRouting implements AutoCloseable {
    /** How often the kernel's routes are compared with ours, which heals what others broke. */
    private static final long RECONCILE_SECONDS = 60;

    private GatewayConfig config;
    private final RouteSettings settings;
    private final EventLoop loop;
    private final Map<String, Tunnel> tunnels;
    private final IkeEndpoint endpoint;
    private final Consumer<IkeInput> ike;
    private final RoutingTable table;
    private final Failover failover;
    private final OutsideWatch outside;
    private final Steering steering;
    private final StaticRouting staticRouting;
    private final Pins pins;
    private Optional<TunnelPeers> peers;
    private final NeighborWays neighborWays;
    private final BgpBundles bgpBundles;
    private final BgpRoutes bgpRoutes;
    private final RouteWriter writer;
    private final RestartSweep sweep;
    private final TunnelClosing closing;
    private final PathMending mending;

    /**
     * @param ike takes inputs for the IKE endpoint
     */
    TrafficRouting(
            LoadedConfig loaded,
            Rtnetlink netlink,
            EventLoop loop,
            Map<String, Tunnel> tunnels,
            IkeEndpoint endpoint,
            Consumer<IkeInput> ike) {
        this.config = loaded.config();
        this.settings = config.routes();
        this.loop = loop;
        this.tunnels = tunnels;
        this.endpoint = endpoint;
        this.ike = ike;
        boolean spread = settings.multipath();
        this.table = new RoutingTable(netlink, new TableOptions(settings.guard(), spread, false));
        this.outside = new OutsideWatch(loop, netlink, tunnels, endpoint, ike, this::ikeChanged);
        this.failover =
                new Failover(
                        loop,
                        config.tunnels().stream().map(this::watched).toList(),
                        settings.holdDown(),
                        new FailoverWorld());
        this.steering =
                new Steering(
                        table, failover::standing, name -> tunnel(name).interfaceIndex(), spread);
        this.staticRouting = new StaticRouting(table, steering, settings.metric());
        this.pins = new Pins(endpoint.peerAddresses(), netlink.routes(), table, settings.metric());
        this.peers =
                loaded.peers().isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new TunnelPeers(
                                        loaded,
                                        loop,
                                        table.hasInherited(),
                                        endpoint::peerAddresses,
                                        new PeerListener()));
        this.neighborWays =
                new NeighborWays(
                        config.neighbors().stream().map(NeighborConfig::name).toList(),
                        netlink.routes());
        this.bgpBundles = new BgpBundles(steering, table, () -> this.config);
        this.bgpRoutes =
                new BgpRoutes(settings.metric() + 1, this.bgpBundles::of, this.neighborWays::way);
        this.writer = new RouteWriter(loop, table, bgpRoutes, this::updatePins);
        this.closing =
                new TunnelClosing(
                        loop,
                        () -> config.tunnels().stream().map(TunnelConfig::name).toList(),
                        failover,
                        () -> peers,
                        this::packetsIn,
                        ike);
        this.mending = new PathMending(loop, failover::silence, ike);
        this.sweep =
                new RestartSweep(
                        loop, Bundles.bgpConnections(config), () -> writer.reconcile(true));
    }

    /** Sets what is known from the file, and listens for the BGP peers. */
    void open() {
        staticRouting.configure(config);
        peers.ifPresent(TunnelPeers::open);
    }

    // ---- another configuration ----

    /** Takes another configuration whose tunnels are open; touches what differs. */
    void configure(LoadedConfig next) {
        GatewayConfig before = config;
        config = next.config();
        failover.watch(config.tunnels().stream().map(this::watched).toList());
        updatePins();
        staticRouting.configure(config);
        configurePeers(next);
        List<String> now = config.tunnels().stream().map(TunnelConfig::name).toList();
        for (TunnelConfig tunnel : before.tunnels()) {
            if (!now.contains(tunnel.name())) {
                closing.forget(tunnel.name());
                mending.forget(tunnel.name());
            }
        }
        List<String> speaking = peers.map(TunnelPeers::tunnels).orElse(List.of());
        for (TunnelConfig tunnel : before.tunnels()) {
            if (tunnel.bgp().isPresent() && !speaking.contains(tunnel.name())) {
                writer.removed(tunnel.name());
                sweep.forget(tunnel.name());
            }
        }
        bgpBundles.arrange();
        outside.look();
        failover.refresh();
    }

    /** There is a speaker from the first peer on. */
    private void configurePeers(LoadedConfig next) {
        if (peers.isPresent()) {
            peers.get().reconfigure(next, this::enableIfAlive);
        } else if (!next.peers().isEmpty()) {
            TunnelPeers first =
                    new TunnelPeers(next, loop, false, endpoint::peerAddresses, new PeerListener());
            peers = Optional.of(first);
            first.open();
            first.configure();
            first.tunnels().forEach(this::enableIfAlive);
        }
    }

    private void enableIfAlive(String tunnel) {
        if (failover.isAlive(tunnel) && !failover.isLeaving(tunnel)) {
            peers.ifPresent(p -> p.enable(tunnel));
        }
    }

    /** The interface goes, and no route leads out of it any more. */
    void forget(int interfaceIndex) {
        table.forget(interfaceIndex);
    }

    boolean isLeaving(String tunnel) {
        return failover.isLeaving(tunnel);
    }

    /** Begins on the loop. */
    void start() {
        outside.start();
        peers.ifPresent(TunnelPeers::configure);
        sweep.start();
        loop.scheduleWithFixedDelay(
                this::reconcile, RECONCILE_SECONDS, RECONCILE_SECONDS, TimeUnit.SECONDS);
    }

    private void reconcile() {
        updatePins();
        outside.look();
        writer.reconcile(sweep.isDone());
    }

    private void updatePins() {
        pins.configure(endpoint.peerAddresses());
        pins.update(bgpRoutes::contains);
    }

    /** A tunnel went up or down, for IKE. */
    void ikeChanged() {
        failover.refresh();
    }

    /** The name of a peer leads elsewhere: nothing of ours may lead its packets astray. */
    void peersMoved() {
        updatePins();
        peers.ifPresent(p -> p.protect(config));
        outside.look();
    }

    // ---- what status tells ----

    int installed() {
        return table.size();
    }

    /** The tunnels that routes lead into: the first of them, when there is any. */
    Optional<String> active() {
        return steering.bundles().stream()
                .filter(bundle -> table.size(bundle) > 0)
                .flatMap(bundle -> steering.via(bundle).stream())
                .findFirst();
    }

    Optional<Outage> outage(String tunnel) {
        return failover.outage(tunnel);
    }

    Optional<BgpPeerStatus> bgp(String tunnel) {
        return peers.flatMap(p -> p.status(tunnel));
    }

    RoutesReport routes() {
        return new RouteLines(config, steering, table, bgpRoutes, peers).report();
    }

    TunnelClosing closing() {
        return closing;
    }

    // ---- the end ----

    /**
     * Tells the BGP peers in these tunnels that we go, while the tunnels still carry it.
     *
     * @return whether there was one to tell
     */
    boolean sayGoodbye(Set<String> leaving, Cease reason, String words) {
        List<String> told = new ArrayList<>(peers.map(TunnelPeers::tunnels).orElse(List.of()));
        told.retainAll(leaving);
        told.forEach(tunnel -> peers.ifPresent(p -> p.disable(tunnel, reason, words)));
        return !told.isEmpty();
    }

    void sayGoodbyeToNeighbors(String words) {
        peers.ifPresent(p -> p.disableNeighbors(words));
    }

    void removeAll() {
        table.clear();
    }

    @Override
    public void close() {
        outside.close();
        closing.close();
        mending.close();
        failover.close();
        peers.ifPresent(TunnelPeers::close);
    }

    // ---- how it hangs together ----

    private WatchedTunnel watched(TunnelConfig tunnel) {
        return new WatchedTunnel(
                tunnel.name(),
                config.connectionOf(tunnel).name(),
                tunnel.interfaceName(),
                tunnel(tunnel.name()).interfaceIndex(),
                tunnel.insideAddress().local(),
                tunnel.insideAddress().peer(),
                tunnel.probeInterval(),
                tunnel.bgp().isPresent(),
                () -> packetsIn(tunnel.name()));
    }

    private long packetsIn(String tunnel) {
        return tunnel(tunnel).dataplane().counters().packetsIn();
    }

    private Tunnel tunnel(String name) {
        return Objects.requireNonNull(tunnels.get(name), name);
    }

    /** Our own packets first, then the other side's. */
    private void steer() {
        steering.steer();
        peers.ifPresent(p -> p.announceBy(failover::standing, failover::isLeaving));
    }

    private final class FailoverWorld implements Failover.World {
        @Override
        public IkeTunnelStatus ike(String tunnel) {
            return endpoint.status(tunnel, System.nanoTime());
        }

        @Override
        public Optional<String> outsideTrouble(String tunnel) {
            return outside.trouble(tunnel);
        }

        @Override
        public void steer() {
            TrafficRouting.this.steer();
        }

        @Override
        public void alive(String tunnel) {
            if (!failover.isLeaving(tunnel)) {
                peersOf(tunnel).ifPresent(p -> p.enable(tunnel));
            }
        }

        @Override
        public void dead(String tunnel, String reason, boolean suspected) {
            boolean another =
                    config.tunnels().stream()
                            .anyMatch(t -> !t.name().equals(tunnel) && failover.carries(t.name()));
            if (suspected && (!another || outsideTrouble(tunnel).isPresent())) {
                // Nothing is won by ending a session that a short silence of the whole uplink
                // would let live, nor by words that cannot leave.
                mending.silent(tunnel);
                return;
            }
            peersOf(tunnel).ifPresent(p -> p.disable(tunnel, Cease.BFD_DOWN, reason));
            if (suspected) {
                // The NOTIFICATION goes first: where only the way back is dead the peer reads it.
                loop.schedule(
                        () -> deleteIfDead(tunnel, reason),
                        Departure.GOODBYE_MILLIS,
                        TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void mute(String tunnel) {
            mending.silent(tunnel);
        }

        private void deleteIfDead(String tunnel, String reason) {
            if (failover.suspicion(tunnel).isPresent()) {
                ike.accept(new IkeInput.PathDead(tunnel, reason));
            }
        }

        private Optional<TunnelPeers> peersOf(String tunnel) {
            return peers.filter(p -> p.tunnels().contains(tunnel));
        }

        @Override
        public boolean hasBgpSession(String tunnel) {
            return peers.filter(p -> p.hasRoutes(tunnel)).isPresent();
        }

        @Override
        public boolean isComplete(String tunnel) {
            return peers.filter(p -> p.isComplete(tunnel)).isPresent();
        }
    }

    private final class PeerListener implements TunnelPeers.Listener {
        @Override
        public void routesChanged(List<RouteChange> changes) {
            writer.changed(changes, peers.map(TunnelPeers::spokesmen).orElse(Set.of()));
            writer.writeGuardsSoon();
        }

        @Override
        public void sessionChanged() {
            neighborWays.forget();
            failover.refresh();
        }

        @Override
        public void complete(String tunnel) {
            writer.complete(tunnel);
            sweep.complete(tunnel);
            failover.refresh();
        }
    }
}
