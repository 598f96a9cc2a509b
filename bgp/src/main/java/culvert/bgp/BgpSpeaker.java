package culvert.bgp;

import culvert.bgp.message.Cease;
import culvert.bgp.message.Nlri;
import culvert.bgp.rib.DecisionProcess;
import culvert.bgp.rib.LocRib;
import culvert.bgp.rib.ProtectedPrefix;
import culvert.bgp.rib.Route;
import culvert.bgp.rib.RouteChange;
import culvert.bgp.rib.RouteSource;
import culvert.model.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A BGP-4 speaker: all peers and the routes between them (RFC 4271). It does no I/O and knows no
 * clock: {@link #handle} takes what happened and when, and answers with what to do, in order.
 *
 * <p>Time is in nanoseconds of any one clock that does not go back. Not safe for use by several
 * threads at once.
 */
public final class BgpSpeaker {
    private final BgpSpeakerSettings settings;
    private final RandomGenerator random;
    private final Outbox outbox = new Outbox();
    private final LocRib locRib;
    private final RouteSource local;
    private final Route ownRoute;
    private final Set<Nlri> originated = new HashSet<>();
    private final Map<String, BgpPeer> peers = new LinkedHashMap<>();
    private final Map<Long, BgpPeer> byConnection = new HashMap<>();
    private List<ProtectedPrefix> protectedPrefixes;

    /**
     * @param random for jitter; its numbers need not be hard to guess
     */
    public BgpSpeaker(BgpSpeakerSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
        this.protectedPrefixes = settings.protectedPrefixes();
        this.locRib =
                new LocRib(
                        new DecisionProcess(settings.maximumPaths(), settings.multipathRelaxed()));
        this.local = RouteSource.local(settings.asn(), settings.bgpIdentifier());
        this.ownRoute = Route.originated(local);
        originate(settings.originate());
    }

    /** Takes one input to its end. */
    public List<BgpAction> handle(BgpInput input, long nowNanos) {
        switch (input) {
            case BgpInput.PeerConfigured(BgpPeerSettings peer) -> configure(peer, nowNanos);
            case BgpInput.PeerRemoved(String name) -> remove(name, nowNanos);
            case BgpInput.OriginateChanged(List<IpPrefix> prefixes) -> originate(prefixes);
            case BgpInput.ProtectedPrefixesChanged(List<ProtectedPrefix> prefixes) -> {
                protectedPrefixes = prefixes;
                peers.values().forEach(p -> p.tables().routes().protect(prefixes));
            }
            case BgpInput.PeerEnabled(String name) -> with(name, p -> p.enable(nowNanos));
            case BgpInput.PeerDisabled(String name, Cease reason, String text) ->
                    with(name, p -> p.disable(reason, text, nowNanos));
            case BgpInput.TcpConnected connected -> connected(connected, nowNanos);
            case BgpInput.TcpFailed(String name, String why) ->
                    with(name, p -> p.connectFailed(why, nowNanos));
            case BgpInput.TcpClosed(long id, String why) -> {
                withConnection(id, p -> p.closed(id, why, nowNanos));
                byConnection.remove(id);
            }
            case BgpInput.BytesReceived(long id, byte[] octets) ->
                    withConnection(id, p -> p.received(id, octets, nowNanos));
            case BgpInput.SendBlocked(long id) ->
                    withConnection(id, p -> p.sendBlocked(id, nowNanos));
            case BgpInput.SendProgress(long id, boolean drained) ->
                    withConnection(id, p -> p.sendProgress(id, drained, nowNanos));
            case BgpInput.TimerDue t -> peers.values().forEach(p -> p.timersDue(nowNanos));
            case BgpInput.RefreshRequested(String name) ->
                    with(name, p -> p.tables().requestRefresh(nowNanos));
            case BgpInput.TunnelAlive(String name, boolean alive) ->
                    with(name, p -> p.tables().routes().tunnelAlive(alive));
        }
        settle(nowNanos);
        List<BgpAction> actions = outbox.take();
        for (BgpAction action : actions) {
            if (action instanceof BgpAction.Send(long id, byte[] message)) {
                withConnection(id, p -> p.sent(message));
            } else if (action instanceof BgpAction.CloseConnection(long id)) {
                byConnection.remove(id);
            }
        }
        return actions;
    }

    /** When {@link BgpInput.TimerDue} is due; {@link Long#MAX_VALUE} when nothing is waited for. */
    public long nextDeadlineNanos() {
        long next = BgpTimers.NEVER;
        for (BgpPeer peer : peers.values()) {
            next = Math.min(next, peer.nextDeadlineNanos());
        }
        return next;
    }

    /** All peers, in the order in which they were configured. */
    public List<BgpPeerStatus> peers(long nowNanos) {
        return peers.values().stream().map(p -> p.status(nowNanos)).toList();
    }

    /** Number of prefixes in the Loc-RIB, our own included. */
    public int chosenCount() {
        return locRib.size();
    }

    private void configure(BgpPeerSettings peer, long nowNanos) {
        BgpPeer known = peers.get(peer.name());
        if (known == null) {
            BgpPeer added = new BgpPeer(peer, settings, locRib, outbox, random);
            added.tables().routes().protect(protectedPrefixes);
            peers.put(peer.name(), added);
        } else {
            known.reconfigure(peer, nowNanos);
        }
    }

    private void remove(String name, long nowNanos) {
        BgpPeer peer = peers.remove(name);
        if (peer != null) {
            peer.remove(nowNanos);
        }
    }

    private void originate(List<IpPrefix> prefixes) {
        Set<Nlri> wanted = new HashSet<>();
        prefixes.forEach(p -> wanted.add(Nlri.of(p)));
        for (Nlri old : List.copyOf(originated)) {
            if (!wanted.contains(old)) {
                locRib.stopOriginating(old);
                originated.remove(old);
            }
        }
        for (Nlri nlri : wanted) {
            if (originated.add(nlri)) {
                locRib.originate(nlri, ownRoute);
            }
        }
    }

    private void connected(BgpInput.TcpConnected connected, long nowNanos) {
        BgpPeer peer = peers.get(connected.peer());
        if (peer == null) {
            outbox.add(new BgpAction.CloseConnection(connected.connectionId()));
            return;
        }
        byConnection.put(connected.connectionId(), peer);
        peer.connected(connected, nowNanos);
    }

    private void with(String name, Consumer<BgpPeer> action) {
        BgpPeer peer = peers.get(name);
        if (peer != null) {
            action.accept(peer);
        }
    }

    private void withConnection(long connectionId, Consumer<BgpPeer> action) {
        BgpPeer peer = byConnection.get(connectionId);
        if (peer != null) {
            action.accept(peer);
        }
    }

    /** Decides about all prefixes that the input touched, and tells everyone. */
    private void settle(long nowNanos) {
        List<LocRib.Change> changes = locRib.settle();
        List<RouteChange> moves = new ArrayList<>();
        for (LocRib.Change change : changes) {
            if (change.movesPackets()) {
                moves.add(change.toRouteChange());
            }
        }
        if (!moves.isEmpty()) {
            outbox.add(new BgpAction.RoutesChanged(moves));
        }
        peers.values().forEach(p -> p.tables().settle(changes, nowNanos));
    }

    /** The whole route table, for people: a snapshot in order of prefix. */
    public List<RouteRow> routes() {
        return new RouteTable(locRib, peers.values()).rows();
    }
}
