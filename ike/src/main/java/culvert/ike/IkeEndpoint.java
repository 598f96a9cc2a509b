package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.certificate.DistributionPoint;
import culvert.ike.certificate.FetchedLists;
import culvert.ike.message.DecodeResult;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.MessageDecoder;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The IKEv2 engine of one process: every tunnel, and the way of a datagram to its IKE SA.
 *
 * <p>It does nothing by itself. {@link #handle} takes one input with the time and returns what is
 * to be done; {@link #nextDeadlineNanos} says when it must be called again although nothing
 * happened. Given the same inputs, times and random octets it returns the same actions. One thread
 * at a time.
 */
public final class IkeEndpoint {
    private final Map<String, IkeTunnel> tunnels = new LinkedHashMap<>();
    private final IkeSaTable ikeSas = new IkeSaTable();
    private final EspSpis espSpis = new EspSpis();
    private final Admission admission = new Admission();
    private final FetchedLists fetchedLists = new FetchedLists();
    private final IkeCounters counters = new IkeCounters();
    private final SecureRandom random;
    private boolean shuttingDown;

    /** When we should be called again at the latest. */
    private long promisedNanos = Deadlines.NONE;

    /**
     * @param random where every SPI, nonce, key, IV and jitter comes from
     */
    public IkeEndpoint(List<IkeTunnelSettings> tunnels, SecureRandom random) {
        this.random = random;
        for (IkeTunnelSettings settings : tunnels) {
            if (this.tunnels.put(settings.name(), newTunnel(settings)) != null) {
                throw new IllegalArgumentException("two tunnels are named " + settings.name());
            }
        }
    }

    private IkeTunnel newTunnel(IkeTunnelSettings settings) {
        return new IkeTunnel(settings, tunnels.values());
    }

    /**
     * Takes one input to its end.
     *
     * @param nowNanos monotonic, as of {@link System#nanoTime}
     * @param unixSeconds the time of the calendar, for the validity of certificates
     * @return what to do, in this order
     * @throws IllegalArgumentException when the input names a tunnel that there is not
     */
    public List<IkeAction> handle(IkeInput input, long nowNanos, long unixSeconds) {
        Turn turn =
                new Turn(nowNanos, unixSeconds, random, ikeSas, espSpis, fetchedLists, counters);
        if (promisedNanos != Deadlines.NONE
                && nowNanos - promisedNanos > IkeTiming.OVERSLEPT_NANOS) {
            tunnels.values().forEach(tunnel -> tunnel.overslept(turn));
        }
        switch (input) {
            case DatagramReceived datagram -> onDatagram(datagram, turn);
            case IkeInput.TimerDue due -> {
                for (IkeTunnel tunnel : tunnels.values()) {
                    within(tunnel, turn, () -> {});
                }
            }
            case IkeInput.TunnelUp up -> {
                if (!shuttingDown) {
                    IkeTunnel tunnel = require(up.tunnel());
                    within(tunnel, turn, tunnel::up);
                }
            }
            case IkeInput.TunnelDown down -> {
                IkeTunnel tunnel = require(down.tunnel());
                Reason reason = Reason.of("the operator took the tunnel down");
                within(tunnel, turn, () -> tunnel.down(reason, turn));
            }
            case IkeInput.ReplaceCredentials replace -> {
                IkeTunnel tunnel = require(replace.tunnel());
                within(tunnel, turn, () -> tunnel.replaceCredentials(replace));
            }
            case IkeInput.RekeyIkeSa rekey -> {
                IkeTunnel tunnel = require(rekey.tunnel());
                within(tunnel, turn, tunnel::rekeyIkeSa);
            }
            case IkeInput.RekeyChildSa rekey -> {
                IkeTunnel tunnel = require(rekey.tunnel());
                within(tunnel, turn, tunnel::rekeyChildSa);
            }
            case IkeInput.InboundTraffic traffic -> {
                IkeTunnel tunnel = require(traffic.tunnel());
                within(tunnel, turn, () -> Traffic.inbound(tunnel, traffic, turn));
            }
            case IkeInput.OutboundTraffic traffic -> {
                IkeTunnel tunnel = require(traffic.tunnel());
                within(tunnel, turn, () -> Traffic.outbound(tunnel, traffic, turn));
            }
            case IkeInput.CheckLiveness check -> {
                IkeTunnel tunnel = require(check.tunnel());
                within(tunnel, turn, () -> tunnel.checkLiveness(turn));
            }
            case IkeInput.PathDead dead -> {
                IkeTunnel tunnel = require(dead.tunnel());
                Reason reason = Reason.of(dead.why());
                within(tunnel, turn, () -> tunnel.beginAnew(reason, turn));
            }
            case IkeInput.TunnelConfigured configured -> configure(configured.settings(), turn);
            case IkeInput.TunnelRemoved removed -> {
                require(removed.tunnel()).remove(turn);
                tunnels.remove(removed.tunnel());
            }
            case IkeInput.RevocationListFetched fetched -> onRevocationList(fetched, turn);
            case IkeInput.PeerFound(String name, List<InetAddress> addresses) ->
                    onLookup(name, turn, lookup -> lookup.found(addresses, turn));
            case IkeInput.PeerNotFound(String name, String why) ->
                    onLookup(name, turn, lookup -> lookup.failed(why, turn));
            case IkeInput.ShutdownRequested shutdown -> {
                shuttingDown = true;
                Reason reason = Reason.of("Culvert shuts down");
                for (IkeTunnel tunnel : tunnels.values()) {
                    within(tunnel, turn, () -> tunnel.down(reason, turn));
                }
            }
        }
        promisedNanos = nextDeadlineNanos(nowNanos);
        return List.copyOf(turn.actions());
    }

    private void configure(IkeTunnelSettings settings, Turn turn) {
        IkeTunnel known = tunnels.get(settings.name());
        if (known == null) {
            tunnels.put(settings.name(), newTunnel(settings));
            return;
        }
        known.reconfigure(settings);
        within(known, turn, () -> {});
    }

    private void onRevocationList(IkeInput.RevocationListFetched fetched, Turn turn) {
        fetchedLists.put(fetched.point(), fetched.list());
        Set<DistributionPoint> needed = new HashSet<>();
        for (IkeTunnel tunnel : tunnels.values()) {
            needed.addAll(tunnel.revocation().needed());
            if (tunnel.revocation().needed().contains(fetched.point())) {
                within(tunnel, turn, () -> tunnel.revocationListFetched(turn));
            }
        }
        fetchedLists.retain(needed);
    }

    /** An answer for all tunnels with this peer; a name that nobody has any more is nobody's. */
    private void onLookup(String name, Turn turn, Consumer<PeerLookup> answer) {
        for (IkeTunnel tunnel : tunnels.values()) {
            if (tunnel.settings().peer().toString().equals(name)) {
                within(tunnel, turn, () -> answer.accept(tunnel.lookup()));
            }
        }
    }

    /** A fault in one tunnel ends that tunnel's IKE SAs, and nothing else. */
    private void within(IkeTunnel tunnel, Turn turn, Runnable work) {
        try {
            work.run();
            tunnel.settle(turn);
        } catch (RuntimeException fault) {
            turn.count(IkeCounter.INTERNAL_ERRORS);
            tunnel.fault(fault, turn);
        }
    }

    private void onDatagram(DatagramReceived datagram, Turn turn) {
        Optional<IkeHeader> peeked = MessageDecoder.peekHeader(datagram.message());
        if (peeked.isEmpty()) {
            turn.count(IkeCounter.DROPPED_MALFORMED_HEADER);
            return;
        }
        IkeHeader header = peeked.get();
        if (beginsIkeSa(header)) {
            onFirstMessage(header, datagram, turn);
            return;
        }
        IkeSpi ours =
                header.fromOriginalInitiator() ? header.responderSpi() : header.initiatorSpi();
        Optional<IkeSa> sa = ikeSas.lookup(ours);
        if (sa.isEmpty()) {
            // RFC 7296 1.5 allows an answer; it would let anyone make us send.
            turn.count(
                    ikeSas.lookup(header.initiatorSpi()).isPresent()
                                    || ikeSas.lookup(header.responderSpi()).isPresent()
                            ? IkeCounter.DROPPED_WRONG_DIRECTION
                            : IkeCounter.DROPPED_UNKNOWN_SPI);
            return;
        }
        IkeTunnel tunnel = sa.get().tunnel();
        within(
                tunnel,
                turn,
                () -> {
                    MessagePipeline.receive(sa.get(), header, datagram, turn);
                    settleMoved(sa.get(), tunnel, turn);
                });
    }

    /** The identity in IKE_AUTH may have moved the SA to another tunnel with that address. */
    private void settleMoved(IkeSa sa, IkeTunnel before, Turn turn) {
        if (sa.tunnel() != before) {
            within(sa.tunnel(), turn, () -> {});
        }
    }

    private static boolean beginsIkeSa(IkeHeader header) {
        return header.exchangeType() == ExchangeType.IKE_SA_INIT
                && !header.response()
                && header.fromOriginalInitiator()
                && header.responderSpi().equals(IkeSpi.NONE)
                && header.messageId() == 0;
    }

    private void onFirstMessage(IkeHeader header, DatagramReceived datagram, Turn turn) {
        Optional<IkeSa> known =
                ikeSas.lookupFirstMessage(header.initiatorSpi(), datagram.remote().getAddress());
        if (known.isPresent()) {
            MessagePipeline.receiveInitAgain(known.get(), datagram, turn);
            return;
        }
        List<IkeTunnel> candidates = tunnelsOf(datagram);
        if (candidates.isEmpty()) {
            turn.count(IkeCounter.DROPPED_UNKNOWN_PEER);
            return;
        }
        Optional<IkeTunnel> tunnel = candidates.stream().filter(IkeTunnel::isWantedUp).findFirst();
        if (tunnel.isEmpty()) {
            turn.count(
                    shuttingDown
                            ? IkeCounter.DROPPED_SHUTTING_DOWN
                            : IkeCounter.DROPPED_TUNNEL_DOWN);
            return;
        }
        switch (MessageDecoder.decode(datagram.message())) {
            case DecodeResult.Ok ok ->
                    within(
                            tunnel.get(),
                            turn,
                            () ->
                                    IkeSaInitAnswer.answer(
                                            tunnel.get(), admission, ok.message(), datagram, turn));
            case DecodeResult.NeedMoreFragments more -> turn.count(IkeCounter.DROPPED_MALFORMED);
            case DecodeResult.BadButAuthentic bad -> turn.count(IkeCounter.DROPPED_MALFORMED);
            case DecodeResult.BadUnauthenticated bad -> turn.count(IkeCounter.DROPPED_MALFORMED);
        }
    }

    /** Those with this peer address, and among them those with this local address if there are. */
    private List<IkeTunnel> tunnelsOf(DatagramReceived datagram) {
        List<IkeTunnel> byPeer = new ArrayList<>();
        List<IkeTunnel> byBoth = new ArrayList<>();
        for (IkeTunnel tunnel : tunnels.values()) {
            if (tunnel.lookup().addresses().admit(datagram.remote().getAddress())) {
                byPeer.add(tunnel);
                if (tunnel.settings().localAddress().equals(datagram.local().getAddress())) {
                    byBoth.add(tunnel);
                }
            }
        }
        return byBoth.isEmpty() ? byPeer : byBoth;
    }

    /**
     * When {@link IkeInput.TimerDue} is due.
     *
     * @return on the clock of {@code nowNanos}; {@link Long#MAX_VALUE} when nothing is
     */
    public long nextDeadlineNanos(long nowNanos) {
        long earliest = Deadlines.NONE;
        for (IkeTunnel tunnel : tunnels.values()) {
            earliest = Deadlines.earlier(earliest, tunnel.nextDeadlineNanos(nowNanos), nowNanos);
        }
        return earliest;
    }

    /**
     * A snapshot of one tunnel.
     *
     * @throws IllegalArgumentException when there is no tunnel of that name
     */
    public IkeTunnelStatus status(String tunnel, long nowNanos) {
        return TunnelSnapshot.of(require(tunnel), nowNanos);
    }

    /**
     * Where a tunnel's peer is; empty while nobody knows where its name leads.
     *
     * @throws IllegalArgumentException when there is no tunnel of that name
     */
    public Optional<InetAddress> peerAddress(String tunnel) {
        return require(tunnel).lookup().peer();
    }

    /** Every address that any tunnel speaks with, or may at once. */
    public Set<InetAddress> peerAddresses() {
        return tunnels.values().stream()
                .flatMap(tunnel -> tunnel.lookup().known().stream())
                .collect(Collectors.toSet());
    }

    /**
     * Every address that a tunnel speaks with, or may at once.
     *
     * @throws IllegalArgumentException when there is no tunnel of that name
     */
    public Set<InetAddress> peerAddresses(String tunnel) {
        return require(tunnel).lookup().known();
    }

    /** A snapshot of what was counted since the start. */
    public IkeCounters counters() {
        return counters.snapshot();
    }

    /**
     * How often the peer of a tunnel reported which error (RFC 7296 3.10.1), since the start.
     *
     * @throws IllegalArgumentException when there is no tunnel of that name
     */
    public SortedMap<String, Long> errorNotifies(String tunnel) {
        return require(tunnel).counts().errorNotifies().snapshot();
    }

    /**
     * How often both ends of a tunnel began to rekey the same CHILD SA at once (RFC 7296 2.8.1),
     * since the start.
     *
     * @throws IllegalArgumentException when there is no tunnel of that name
     */
    public long childRekeyCollisions(String tunnel) {
        return require(tunnel).counts().childRekeyCollisions();
    }

    IkeSaTable ikeSas() {
        return ikeSas;
    }

    IkeTunnel require(String name) {
        IkeTunnel tunnel = tunnels.get(name);
        if (tunnel == null) {
            throw new IllegalArgumentException("no tunnel is named " + name);
        }
        return tunnel;
    }
}
