package culvert.gateway.daemon;

import culvert.bgp.BgpAction;
import culvert.bgp.BgpEvent;
import culvert.bgp.BgpInput;
import culvert.bgp.BgpPeerStatus;
import culvert.bgp.BgpSpeaker;
import culvert.bgp.BgpState;
import culvert.bgp.message.Cease;
import culvert.config.ConnectionConfig;
import culvert.config.GatewayConfig;
import culvert.config.Routing;
import culvert.config.TunnelConfig;
import culvert.gateway.bgp.BgpDriver;
import culvert.gateway.bgp.BgpPlan;
import culvert.gateway.routing.BgpRoutes;
import culvert.gateway.routing.Failover;
import culvert.gateway.routing.RoutingTable;
import culvert.gateway.routing.WatchedTunnel;
import culvert.ike.IkeEndpoint;
import culvert.ike.IkeInput;
import culvert.ike.IkeTunnelStatus;
import culvert.tunio.Rtnetlink;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything about which way packets go: static routes, BGP's, and the failover of both. Opened
 * before the control loop runs; from then on every method belongs to the loop.
 */
final class TrafficRouting implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TrafficRouting.class);

    /** How often the kernel's routes are compared with ours, which heals what others broke. */
    private static final long RECONCILE_SECONDS = 60;

    /** How long a peer may take to announce all it has; what it has not by then counts as gone. */
    private static final long COMPLETE_SECONDS = 60;

    private GatewayConfig config;
    private final EventLoop loop;
    private final Map<String, Tunnel> tunnels;
    private final IkeEndpoint endpoint;
    private final Consumer<IkeInput> ike;
    private final RoutingTable table;
    private final StaticRouting staticRouting;
    private List<BgpPlan.Peer> peers;
    private Optional<BgpSpeaker> speaker = Optional.empty();
    private Optional<BgpDriver> driver = Optional.empty();
    private final BgpRoutes bgpRoutes = new BgpRoutes(this::hasBgpSession);
    private final Map<String, BgpState> bgpStates = new HashMap<>();
    private final Map<String, List<String>> candidatesByTunnel = new LinkedHashMap<>();
    private final Set<String> incomplete = new HashSet<>();
    private final Failover failover;
    private boolean swept;

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
        this.peers = loaded.peers();
        this.loop = loop;
        this.tunnels = tunnels;
        this.endpoint = endpoint;
        this.ike = ike;
        this.table = new RoutingTable(netlink);
        this.staticRouting = new StaticRouting(table, tunnels);
        this.failover =
                new Failover(
                        loop,
                        config.tunnels().stream().map(this::watched).toList(),
                        new FailoverWorld());
        speakBgp();
    }

    /** There is a speaker from the first peer on. */
    private void speakBgp() {
        if (speaker.isEmpty() && !peers.isEmpty()) {
            BgpSpeaker first = new BgpSpeaker(BgpPlan.speaker(config), new SecureRandom());
            speaker = Optional.of(first);
            driver = Optional.of(new BgpDriver(loop, first, new BgpListener()));
        }
    }

    /** Installs the static routes, and listens for the BGP peers. */
    void open() {
        staticRouting.configure(config);
        findCandidates();
        incomplete.addAll(candidatesByTunnel.keySet());
        driver.ifPresent(d -> peers.forEach(p -> d.open(p.link())));
    }

    /** Who may take the packets of a tunnel's BGP routes: that tunnel, else its siblings. */
    private void findCandidates() {
        candidatesByTunnel.clear();
        for (ConnectionConfig connection : config.connections()) {
            if (connection.routing() instanceof Routing.Bgp) {
                List<String> names = connection.tunnels().stream().map(TunnelConfig::name).toList();
                for (String name : names) {
                    List<String> candidates = new ArrayList<>(names);
                    candidates.remove(name);
                    candidates.addFirst(name);
                    candidatesByTunnel.put(name, candidates);
                    table.point(name, tunnel(name).interfaceIndex());
                }
            }
        }
    }

    // ---- another configuration ----

    /** Takes another configuration whose tunnels are open; touches what differs. */
    void configure(LoadedConfig next) {
        Set<String> formerBgp = Set.copyOf(candidatesByTunnel.keySet());
        List<BgpPlan.Peer> formerPeers = peers;
        config = next.config();
        peers = next.peers();
        failover.watch(config.tunnels().stream().map(this::watched).toList());
        staticRouting.configure(config);
        findCandidates();
        speakBgp();
        driver.ifPresent(d -> new PeerChanges(d, failover).make(formerPeers, peers, config));
        for (String gone : formerBgp) {
            if (!candidatesByTunnel.containsKey(gone)) {
                table.apply(bgpRoutes.removed(gone));
                table.drop(gone);
                bgpStates.remove(gone);
                incomplete.remove(gone);
            }
        }
        failover.refresh();
    }

    /** Drops what would go out of this interface until its device is there again. */
    void shield(int interfaceIndex) {
        table.shield(interfaceIndex);
    }

    /** Begins on the loop. */
    void start() {
        for (BgpPlan.Peer peer : peers) {
            driver.ifPresent(d -> d.deliver(new BgpInput.PeerConfigured(peer.settings())));
        }
        sweepWhenComplete();
        loop.schedule(this::sweep, COMPLETE_SECONDS, TimeUnit.SECONDS);
        loop.scheduleWithFixedDelay(
                () -> table.reconcile(swept),
                RECONCILE_SECONDS,
                RECONCILE_SECONDS,
                TimeUnit.SECONDS);
    }

    /** A tunnel went up or down, for IKE. */
    void ikeChanged() {
        failover.refresh();
    }

    // ---- what status tells ----

    int installed() {
        return table.size();
    }

    /** The tunnel that routes lead into, if it carries anything. */
    Optional<String> active() {
        return staticRouting
                .active(failover::carries)
                .or(
                        () ->
                                candidatesByTunnel.entrySet().stream()
                                        .filter(e -> bgpRoutes.count(e.getKey()) > 0)
                                        .flatMap(e -> failover.choose(e.getValue()).stream())
                                        .findFirst());
    }

    Optional<String> suspicion(String tunnel) {
        return failover.suspicion(tunnel);
    }

    Optional<BgpPeerStatus> bgp(String tunnel) {
        return speaker.flatMap(
                s ->
                        s.peers(System.nanoTime()).stream()
                                .filter(p -> p.peer().equals(tunnel))
                                .findFirst());
    }

    /** Every route, static ones first. */
    RoutesReport routes() {
        List<RoutesReport.Line> lines = new ArrayList<>(staticRouting.lines());
        speaker.ifPresent(
                s -> s.routes().forEach(r -> lines.add(RoutesReport.Line.ofBgp(r, via(r.peer())))));
        bgpRoutes
                .held()
                .forEach((d, tunnel) -> lines.add(RoutesReport.Line.kept(d, tunnel, via(tunnel))));
        return new RoutesReport(lines);
    }

    /** The tunnel that packets of a bundle take now. */
    private String via(String bundle) {
        return failover.choose(candidatesByTunnel.getOrDefault(bundle, List.of())).orElse(bundle);
    }

    // ---- the end ----

    /**
     * Tells the BGP peers in these tunnels that we go, while the tunnels still carry it.
     *
     * @return whether there was one to tell
     */
    boolean sayGoodbye(Set<String> leaving, Cease reason, String words) {
        List<String> told =
                peers.stream().map(BgpPlan.Peer::name).filter(leaving::contains).toList();
        for (String peer : told) {
            BgpInput goodbye = new BgpInput.PeerDisabled(peer, reason, words);
            driver.ifPresent(d -> d.deliver(goodbye));
        }
        return !told.isEmpty();
    }

    void removeAll() {
        table.clear();
    }

    @Override
    public void close() {
        failover.close();
        driver.ifPresent(BgpDriver::close);
    }

    // ---- how it hangs together ----

    private WatchedTunnel watched(TunnelConfig tunnel) {
        return new WatchedTunnel(
                tunnel.name(),
                config.connections().stream()
                        .filter(c -> c.tunnels().contains(tunnel))
                        .map(ConnectionConfig::name)
                        .findFirst()
                        .orElseThrow(),
                tunnel.interfaceName(),
                tunnel(tunnel.name()).interfaceIndex(),
                tunnel.insideAddress().local(),
                tunnel.insideAddress().peer(),
                tunnel.probeInterval(),
                tunnel.bgp().isPresent(),
                () -> tunnel(tunnel.name()).dataplane().counters().packetsIn());
    }

    private Tunnel tunnel(String name) {
        return Objects.requireNonNull(tunnels.get(name), name);
    }

    private boolean hasBgpSession(String tunnel) {
        return bgpStates.get(tunnel) == BgpState.ESTABLISHED;
    }

    private void steer() {
        staticRouting.steer(failover::choose);
        candidatesByTunnel.forEach(
                (name, candidates) -> failover.choose(candidates).ifPresent(t -> lead(name, t)));
    }

    private void lead(String bundle, String tunnel) {
        boolean moved = table.point(bundle, tunnel(tunnel).interfaceIndex());
        if (moved && bgpRoutes.count(bundle) > 0) {
            log.info(
                    "tunnel {}: its {} routes lead through {} now",
                    bundle,
                    bgpRoutes.count(bundle),
                    tunnel);
        }
    }

    /** The tunnel's peer has announced all that it has, or had time enough. */
    private void complete(String tunnel) {
        table.apply(bgpRoutes.complete(tunnel));
        incomplete.remove(tunnel);
        sweepWhenComplete();
    }

    private void sweepWhenComplete() {
        if (incomplete.isEmpty() && !swept) {
            sweep();
        }
    }

    private void sweep() {
        if (!swept) {
            swept = true;
            table.reconcile(true);
        }
    }

    private final class FailoverWorld implements Failover.World {
        @Override
        public IkeTunnelStatus ike(String tunnel) {
            return endpoint.status(tunnel, System.nanoTime());
        }

        @Override
        public void steer() {
            TrafficRouting.this.steer();
        }

        @Override
        public void alive(String tunnel) {
            driver.ifPresent(d -> d.deliver(new BgpInput.PeerEnabled(tunnel)));
        }

        @Override
        public void dead(String tunnel, String reason, boolean suspected) {
            driver.ifPresent(
                    d -> d.deliver(new BgpInput.PeerDisabled(tunnel, Cease.BFD_DOWN, reason)));
            if (suspected) {
                ike.accept(new IkeInput.CheckLiveness(tunnel));
            }
        }

        @Override
        public boolean hasBgpSession(String tunnel) {
            return TrafficRouting.this.hasBgpSession(tunnel);
        }
    }

    private final class BgpListener implements BgpDriver.Listener {
        @Override
        public void routesChanged(BgpAction.RoutesChanged changed) {
            table.apply(bgpRoutes.changed(changed.changes()));
        }

        @Override
        public void stateChanged(BgpAction.PeerStateChanged changed) {
            String tunnel = changed.peer();
            boolean was = bgpStates.put(tunnel, changed.state()) == BgpState.ESTABLISHED;
            boolean is = changed.state() == BgpState.ESTABLISHED;
            if (is && !was) {
                loop.schedule(
                        () -> {
                            if (hasBgpSession(tunnel)) {
                                complete(tunnel);
                            }
                        },
                        COMPLETE_SECONDS,
                        TimeUnit.SECONDS);
            }
            if (is != was) {
                failover.refresh();
            }
        }

        @Override
        public void reported(BgpEvent event) {
            // One family is spoken with a tunnel's peer, so one End-of-RIB says that all is there.
            if (event.kind() == BgpEvent.Kind.END_OF_RIB) {
                complete(event.peer());
            }
        }
    }
}
