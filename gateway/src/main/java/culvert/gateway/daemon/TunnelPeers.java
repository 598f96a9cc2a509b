package culvert.gateway.daemon;

import culvert.bgp.BgpAction;
import culvert.bgp.BgpEvent;
import culvert.bgp.BgpInput;
import culvert.bgp.BgpPeerSettings;
import culvert.bgp.BgpPeerStatus;
import culvert.bgp.BgpSpeaker;
import culvert.bgp.BgpState;
import culvert.bgp.RouteRow;
import culvert.bgp.message.Cease;
import culvert.bgp.rib.RouteChange;
import culvert.config.GatewayConfig;
import culvert.gateway.bgp.BgpDriver;
import culvert.gateway.bgp.BgpPlan;
import culvert.gateway.log.LogKey;
import culvert.gateway.routing.MetricPlan;
import culvert.gateway.routing.Standing;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The BGP peers inside the tunnels, and the site's own routers: how their sessions stand, and what
 * they are told of us. From {@link #configure} on every method belongs to the control loop.
 */
final class TunnelPeers implements BgpDriver.Listener, AutoCloseable {
    /** What comes of the sessions. */
    interface Listener {
        void routesChanged(List<RouteChange> changes);

        /** A session has come or gone. */
        void sessionChanged();

        /** The peer has announced all that it has, or had time enough. */
        void complete(String tunnel);
    }

    private static final Logger log = LoggerFactory.getLogger(TunnelPeers.class);

    /** How long a peer may take to announce all it has; what it has not by then counts as gone. */
    private static final long COMPLETE_SECONDS = 60;

    private final EventLoop loop;
    private final Listener listener;
    private final Function<String, Set<InetAddress>> outside;
    private List<BgpPlan.Peer> peers;
    private List<BgpPlan.Peer> neighbors;
    private final BgpSpeaker speaker;
    private final BgpDriver driver;
    private final Map<String, BgpState> states = new HashMap<>();
    private final Set<String> complete = new HashSet<>();
    private final Set<String> restarting = new HashSet<>();
    private final Map<String, BgpPeerSettings> told = new HashMap<>();

    /**
     * @param restarting an earlier run left routes behind, so peers may have kept ours
     * @param outside the outside addresses of a tunnel's peer, as far as they are known
     */
    TunnelPeers(
            LoadedConfig loaded,
            EventLoop loop,
            boolean restarting,
            Function<String, Set<InetAddress>> outside,
            Listener listener) {
        this.loop = loop;
        this.listener = listener;
        this.outside = outside;
        this.peers = loaded.peers();
        this.neighbors = loaded.neighbors();
        this.speaker =
                new BgpSpeaker(
                        BgpPlan.speaker(loaded.config(), outside, restarting), new SecureRandom());
        this.driver = new BgpDriver(loop, speaker, this);
    }

    /** Listens for the peers. */
    void open() {
        driver.open(
                Stream.concat(peers.stream(), neighbors.stream()).map(BgpPlan.Peer::link).toList());
    }

    void configure() {
        peers.forEach(peer -> tell(peer.settings()));
        for (BgpPlan.Peer neighbor : neighbors) {
            tell(neighbor.settings());
            driver.deliver(new BgpInput.PeerEnabled(neighbor.settings().name()));
        }
    }

    /**
     * Takes another configuration; sessions that may stay, stay. The neighbors are the same, but
     * what they are told may not be.
     *
     * @param enableIfAlive calls {@link #enable} for a tunnel that packets get through
     */
    void reconfigure(LoadedConfig next, Consumer<String> enableIfAlive) {
        List<BgpPlan.Peer> before = peers;
        peers = next.peers();
        neighbors = next.neighbors();
        new PeerChanges(driver, this::tellInPlace, enableIfAlive)
                .make(before, peers, next.config(), outside);
        Set<String> known = new HashSet<>(tunnels());
        known.addAll(neighbors());
        told.keySet().retainAll(known);
        states.keySet().retainAll(known);
        complete.retainAll(known);
        restarting.retainAll(known);
        for (BgpPlan.Peer neighbor : neighbors) {
            driver.renew(neighbor.link());
            tell(neighbor.settings());
        }
    }

    /** The outside addresses of the tunnels' peers may be others than before. */
    void protect(GatewayConfig config) {
        driver.deliver(
                new BgpInput.ProtectedPrefixesChanged(BgpPlan.protectedPrefixes(config, outside)));
    }

    /** With the metric that it has; whether that is to change {@link #announceBy} says. */
    private void tellInPlace(BgpPeerSettings settings) {
        BgpPeerSettings now = told.get(settings.name());
        if (now == null || now.exports().multiExitDisc().isEmpty()) {
            tell(settings);
            return;
        }
        long metric = now.exports().multiExitDisc().getAsLong();
        tell(settings.withExports(settings.exports().withMultiExitDisc(metric)));
    }

    private void tell(BgpPeerSettings settings) {
        told.put(settings.name(), settings);
        driver.deliver(new BgpInput.PeerConfigured(settings));
    }

    List<String> tunnels() {
        return peers.stream().map(peer -> peer.settings().name()).toList();
    }

    List<String> neighbors() {
        return neighbors.stream().map(peer -> peer.settings().name()).toList();
    }

    void enable(String tunnel) {
        driver.deliver(new BgpInput.TunnelAlive(tunnel, true));
        driver.deliver(new BgpInput.PeerEnabled(tunnel));
    }

    /** Ends the session; the peer is told why, as far as it can be reached. */
    void disable(String tunnel, Cease reason, String text) {
        restarting.remove(tunnel);
        driver.deliver(new BgpInput.TunnelAlive(tunnel, false));
        driver.deliver(new BgpInput.PeerDisabled(tunnel, reason, text));
    }

    void disableNeighbors(String text) {
        for (String neighbor : neighbors()) {
            driver.deliver(
                    new BgpInput.PeerDisabled(neighbor, Cease.ADMINISTRATIVE_SHUTDOWN, text));
        }
    }

    /**
     * Announces with the metrics that {@link MetricPlan} has for these standings, from now on.
     *
     * @param leaving whether a tunnel is about to be taken down
     */
    void announceBy(Function<String, Standing> standing, Predicate<String> leaving) {
        List<MetricPlan.Link> links = new ArrayList<>();
        for (BgpPlan.Peer peer : peers) {
            BgpPeerSettings file = peer.settings();
            links.add(
                    new MetricPlan.Link(
                            file.name(),
                            file.peerAsn(),
                            file.exports().multiExitDisc().orElse(0),
                            standing.apply(file.name()),
                            leaving.test(file.name())));
        }
        MetricPlan.of(links).forEach(this::announceWith);
    }

    private void announceWith(String tunnel, long metric) {
        BgpPeerSettings now = Objects.requireNonNull(told.get(tunnel), tunnel);
        if (now.exports().multiExitDisc().orElse(-1) != metric) {
            log.atInfo()
                    .addKeyValue(LogKey.TUNNEL, tunnel)
                    .addKeyValue(LogKey.EVENT, "bgp-metric")
                    .log("announces with MED {}", metric);
            tell(now.withExports(now.exports().withMultiExitDisc(metric)));
        }
    }

    boolean hasSession(String tunnel) {
        return states.get(tunnel) == BgpState.ESTABLISHED;
    }

    /**
     * The peers whose silence about a prefix means that it is gone: those in tunnels that have a
     * session now, and neighbors always.
     */
    Set<String> spokesmen() {
        Set<String> sessions = new HashSet<>(states.keySet());
        sessions.removeIf(peer -> !hasSession(peer));
        sessions.addAll(neighbors());
        return sessions;
    }

    /** Whether what the peer announced holds: it is there, or restarts and keeps forwarding. */
    boolean hasRoutes(String tunnel) {
        return hasSession(tunnel) || restarting.contains(tunnel);
    }

    boolean isComplete(String tunnel) {
        return complete.contains(tunnel);
    }

    Optional<BgpPeerStatus> status(String tunnel) {
        return speaker.peers(System.nanoTime()).stream()
                .filter(p -> p.peer().equals(tunnel))
                .findFirst();
    }

    List<RouteRow> rows() {
        return speaker.routes();
    }

    @Override
    public void routesChanged(BgpAction.RoutesChanged changed) {
        listener.routesChanged(changed.changes());
    }

    @Override
    public void stateChanged(BgpAction.PeerStateChanged changed) {
        String tunnel = changed.peer();
        boolean was = states.put(tunnel, changed.state()) == BgpState.ESTABLISHED;
        boolean is = changed.state() == BgpState.ESTABLISHED;
        if (is && !was) {
            loop.schedule(() -> completed(tunnel), COMPLETE_SECONDS, TimeUnit.SECONDS);
        } else if (!is) {
            complete.remove(tunnel);
        }
        if (is != was) {
            listener.sessionChanged();
        }
    }

    @Override
    public void reported(BgpEvent event) {
        String tunnel = event.peer();
        if (event.kind() == BgpEvent.Kind.END_OF_RIB) {
            // One family is spoken with a tunnel's peer, so one End-of-RIB says that all is there.
            completed(tunnel);
        } else if (event.kind() == BgpEvent.Kind.STALE_ROUTES_KEPT) {
            restarting.add(tunnel);
        } else if (event.kind() == BgpEvent.Kind.STALE_ROUTES_DROPPED
                && restarting.remove(tunnel)
                && !hasSession(tunnel)) {
            listener.sessionChanged();
        }
    }

    private void completed(String tunnel) {
        if (hasSession(tunnel) && complete.add(tunnel)) {
            restarting.remove(tunnel);
            listener.complete(tunnel);
        }
    }

    @Override
    public void close() {
        driver.close();
    }
}
