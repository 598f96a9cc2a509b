package culvert.gateway.daemon;

import culvert.gateway.log.LogKey;
import culvert.gateway.log.LogOutput;
import culvert.gateway.log.TunnelPhases;
import culvert.gateway.names.PeerNames;
import culvert.gateway.revocation.RevocationListFetcher;
import culvert.gateway.revocation.RevocationListStatus;
import culvert.ike.IkeAction;
import culvert.ike.IkeEndpoint;
import culvert.ike.IkeEvent;
import culvert.ike.IkeInput;
import culvert.ike.IkeTunnelStatus;
import culvert.ike.TunnelState;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Moves bytes, time and SAs between the sans-IO IKE endpoint and the world. Every method runs on
 * the control loop, which owns all IKE state (invariant 2).
 */
final class IkeDriver {
    private static final Logger log = LoggerFactory.getLogger(IkeDriver.class);

    private final EventLoop loop;
    private final IkeEndpoint endpoint;
    private final Map<String, Tunnel> tunnels;
    private final Map<Integer, IkeListener> listenersByPort;
    private final KeyFiles keyFiles;
    private final Tallies tallies;
    private final Runnable onStateChange;
    private final Runnable onPeerAddresses;
    private final PeerNames peerNames;
    private final RevocationListFetcher revocationLists;
    private @Nullable Future<?> timer;
    private long timerDeadlineNanos = Long.MAX_VALUE;

    /**
     * @param listenersByPort the control loop's own sockets, by local port
     * @param onStateChange runs after a tunnel went up or down
     * @param onPeerAddresses runs when a peer's name leads elsewhere, before anything is sent there
     */
    IkeDriver(
            EventLoop loop,
            IkeEndpoint endpoint,
            Map<String, Tunnel> tunnels,
            Map<Integer, IkeListener> listenersByPort,
            KeyFiles keyFiles,
            Tallies tallies,
            Runnable onStateChange,
            Runnable onPeerAddresses) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.tunnels = tunnels;
        this.listenersByPort = listenersByPort;
        this.keyFiles = keyFiles;
        this.tallies = tallies;
        this.onStateChange = onStateChange;
        this.onPeerAddresses = onPeerAddresses;
        this.peerNames = new PeerNames(loop, this::deliver);
        this.revocationLists =
                new RevocationListFetcher(
                        loop,
                        (point, list) -> deliver(new IkeInput.RevocationListFetched(point, list)));
    }

    /** Gives the endpoint one input and carries out what it answers. */
    void deliver(IkeInput input) {
        if (input instanceof IkeInput.DatagramReceived datagram) {
            tallies.ikeReceived(datagram.message(), endpoint, tunnels.keySet());
        }
        List<IkeAction> actions =
                endpoint.handle(
                        input,
                        System.nanoTime(),
                        TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()));
        if (!actions.isEmpty()) {
            LogOutput.tunnelPhases(phases());
        }
        breakLast(actions).forEach(this::perform);
        if (!actions.isEmpty()) {
            tallies.observe(endpoint, tunnels.keySet());
        }
        armTimer();
    }

    /**
     * Packets take another tunnel first. A tunnel's SAs go, and its peer reads that we agree to its
     * DELETE and drops its own, when nothing needs them any more.
     */
    static List<IkeAction> breakLast(List<IkeAction> actions) {
        List<IkeAction> ordered = new ArrayList<>(actions.size());
        actions.stream().filter(IkeDriver::isLoss).forEach(ordered::add);
        actions.stream().filter(action -> !isLoss(action)).forEach(ordered::add);
        return ordered;
    }

    private static boolean isLoss(IkeAction action) {
        return action instanceof IkeAction.TunnelStateChanged(var ignored, var state, var why)
                && state != TunnelState.UP;
    }

    private void perform(IkeAction action) {
        switch (action) {
            case IkeAction.Transmit(var local, var remote, var message) ->
                    transmit(local, remote, message);
            case IkeAction.TransmitKeepalive(var local, var remote) -> keepAlive(local, remote);
            case IkeAction.InstallInboundSa(var name, var sa) ->
                    tunnel(name).dataplane().installInbound(sa);
            case IkeAction.InstallOutboundSa(var name, var sa, var peer) ->
                    tunnel(name).installOutbound(sa, peer);
            case IkeAction.RemoveInboundSa(var name, var spi) ->
                    find(name).ifPresent(t -> t.dataplane().removeInbound(spi));
            case IkeAction.RemoveOutboundSa(var name, var spi) ->
                    find(name).ifPresent(t -> t.dataplane().removeOutbound(spi));
            case IkeAction.PeerEndpointChanged(var name, var peer) -> tunnel(name).moveTo(peer);
            case IkeAction.TunnelStateChanged changed -> {
                logStateChange(changed);
                tallies.stateChanged(changed.tunnel());
                onStateChange.run();
            }
            case IkeAction.Report(IkeEvent event) -> report(event);
            case IkeAction.FetchRevocationLists(var name, var points) ->
                    revocationLists.need(name, points);
            case IkeAction.LookUpPeer(String name) -> peerNames.lookUp(name);
            case IkeAction.PeerAddressesChanged(var ignored, var addresses) ->
                    onPeerAddresses.run();
            case IkeAction.ExportKeys(var ignored, var keys) -> keyFiles.append(keys);
        }
    }

    /** How the revocation lists stand that are fetched for a tunnel. */
    List<RevocationListStatus> revocationLists(String tunnel) {
        return revocationLists.status(tunnel);
    }

    /** A tunnel that was removed took its SAs with it. */
    private Optional<Tunnel> find(String name) {
        return Optional.ofNullable(tunnels.get(name));
    }

    private Map<String, TunnelPhases> phases() {
        Map<String, TunnelPhases> phases = new HashMap<>();
        for (String name : tunnels.keySet()) {
            IkeTunnelStatus status = endpoint.status(name, System.nanoTime());
            String without = status.state() == TunnelState.DOWN ? "down" : "negotiating";
            phases.put(
                    name,
                    new TunnelPhases(
                            true, // RFC 7296 2.4: always on
                            status.natDetected(),
                            status.ike().isPresent() ? "established" : without,
                            status.child().isPresent() ? "established" : without));
        }
        return phases;
    }

    private Tunnel tunnel(String name) {
        Tunnel tunnel = tunnels.get(name);
        if (tunnel == null) {
            throw new IllegalStateException("IKE named a tunnel that does not exist: " + name);
        }
        return tunnel;
    }

    /**
     * A peer with a connected socket gets its messages from there, everyone else from a listener.
     */
    private void transmit(InetSocketAddress local, InetSocketAddress remote, byte[] message) {
        tallies.ikeSent(message);
        if (local.getPort() == IkeListener.NAT_TRAVERSAL_PORT) {
            for (Tunnel tunnel : tunnels.values()) {
                if (tunnel.isConnectedTo(remote)) {
                    tunnel.dataplane().sendIke(message);
                    return;
                }
            }
        }
        IkeListener listener = listenersByPort.get(local.getPort());
        if (listener != null) {
            listener.send(remote, message);
        }
    }

    private static void logStateChange(IkeAction.TunnelStateChanged changed) {
        String word = StatusText.word(changed.state());
        log.atInfo()
                .addKeyValue(LogKey.TUNNEL, changed.tunnel())
                .addKeyValue(LogKey.EVENT, "tunnel-" + word)
                .addKeyValue(LogKey.REASON, changed.reason())
                .log(word);
    }

    /** The listener has the address and port of the tunnels' sockets: for a NAT it is the same. */
    private void keepAlive(InetSocketAddress local, InetSocketAddress remote) {
        IkeListener listener = listenersByPort.get(local.getPort());
        if (listener != null && local.getPort() == IkeListener.NAT_TRAVERSAL_PORT) {
            listener.sendKeepalive(remote);
        }
    }

    private static void report(IkeEvent event) {
        Level level =
                switch (event.severity()) {
                    case INFO -> Level.INFO;
                    case WARNING -> Level.WARN;
                    case ERROR -> Level.ERROR;
                };
        log.atLevel(level)
                .addKeyValue(LogKey.TUNNEL, event.tunnel())
                .addKeyValue(LogKey.EVENT, "ike")
                .addKeyValue(LogKey.PEER_SAID, event.peerSaid())
                .addKeyValue(LogKey.WE_SAID, event.weSaid())
                .log("{}", event.text());
    }

    /** One timer for the earliest deadline; moved only when that changes. */
    private void armTimer() {
        long nowNanos = System.nanoTime();
        long deadlineNanos = endpoint.nextDeadlineNanos(nowNanos);
        Future<?> armed = timer;
        if (armed != null) {
            if (!armed.isDone() && deadlineNanos == timerDeadlineNanos) {
                return;
            }
            armed.cancel(false);
        }
        timerDeadlineNanos = deadlineNanos;
        timer =
                deadlineNanos == Long.MAX_VALUE
                        ? null
                        : loop.schedule(
                                () -> deliver(new IkeInput.TimerDue()),
                                Math.max(0, deadlineNanos - nowNanos),
                                TimeUnit.NANOSECONDS);
    }
}
