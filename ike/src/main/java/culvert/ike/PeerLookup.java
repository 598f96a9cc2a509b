package culvert.ike;

import culvert.model.PeerHost;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Has the name of a tunnel's peer looked up: with each attempt, often while nothing carries the
 * tunnel, and now and then while something does, because the peer may come from its new address
 * before we know that it has left the old one. What the answer changes is where the next attempt
 * goes and from where the peer is listened to; an IKE SA that is established is not touched.
 */
final class PeerLookup {
    private enum Timer {
        /** Ask for the name once more. */
        ASK
    }

    private final IkeTunnel tunnel;
    private final Collection<IkeTunnel> all;
    private final PeerAddresses addresses;
    private final Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);
    private Set<InetAddress> told;

    /**
     * @param all tunnels that there are at any time, this one included
     */
    PeerLookup(IkeTunnel tunnel, Collection<IkeTunnel> all) {
        this.tunnel = tunnel;
        this.all = all;
        this.addresses = new PeerAddresses(tunnel.settings().peer());
        this.told = Set.copyOf(addresses.candidates());
    }

    PeerAddresses addresses() {
        return addresses;
    }

    /** The tunnel's settings may name another peer. */
    void configure() {
        if (!tunnel.settings().peer().equals(addresses.host())) {
            deadlines.clearAll();
        }
        addresses.configure(tunnel.settings().peer());
    }

    /** An attempt goes to what is known; unless that has just been asked for, it is asked anew. */
    void attempted(Turn turn) {
        if (deadlines.remainingNanos(Timer.ASK, turn.nowNanos())
                < IkeTiming.ASK_NAME_NANOS - IkeTiming.FRESH_NAME_NANOS) {
            deadlines.clear(Timer.ASK);
        }
    }

    /** The next one goes to the next address. */
    void attemptFailed() {
        addresses.turn(this::isTaken);
    }

    /** Silence may be that of one address among several, or of a port that a firewall closes. */
    void initUnanswered() {
        if (addresses.isLastOfRound()) {
            tunnel.attempts().initUnanswered();
        }
    }

    /** What is known may be out of date: the next {@link #settle} asks. */
    void doubt() {
        deadlines.clear(Timer.ASK);
    }

    /** Does what is due. */
    void settle(Turn turn) {
        switch (addresses.host()) {
            case PeerHost.Name(String name) when tunnel.isWantedUp() -> askIfDue(name, turn);
            case PeerHost.Name name -> deadlines.clearAll();
            case PeerHost.Address address -> deadlines.clearAll();
        }
        tell(turn);
    }

    private void askIfDue(String name, Turn turn) {
        boolean carried = isCarried();
        if (!carried
                && deadlines.remainingNanos(Timer.ASK, turn.nowNanos())
                        > IkeTiming.ASK_NAME_NANOS) {
            deadlines.clear(Timer.ASK);
        }
        deadlines.fires(Timer.ASK, turn.nowNanos());
        if (!deadlines.isSet(Timer.ASK)) {
            deadlines.set(
                    Timer.ASK,
                    turn.nowNanos()
                            + (carried ? IkeTiming.WATCH_NAME_NANOS : IkeTiming.ASK_NAME_NANOS));
            turn.emit(new IkeAction.LookUpPeer(name));
        }
    }

    private boolean isCarried() {
        return tunnel.ikeSas().stream().anyMatch(Carrier::carriesOrWill);
    }

    /** The resolver has answered. */
    void found(List<InetAddress> answer, Turn turn) {
        NamedAddresses named =
                NamedAddresses.of(answer, tunnel.settings().localAddress(), this::isTaken);
        if (named.usable().isEmpty()) {
            failed(named.trouble(), turn);
            return;
        }
        Optional<InetAddress> before = addresses.next();
        addresses.named(named.usable());
        InetAddress now = addresses.next().orElseThrow();
        boolean moved = !before.equals(Optional.of(now));
        if (moved) {
            report(before, now, turn);
        }
        if (!isCarried()) {
            leaveFormerAddress(turn);
            if (moved) {
                // What failed elsewhere says nothing of there.
                tunnel.attempts().mayBegin();
            }
        }
    }

    private void report(Optional<InetAddress> before, InetAddress now, Turn turn) {
        String is = "%s is %s".formatted(addresses.host(), now.getHostAddress());
        if (before.isEmpty()) {
            tunnel.condition().inform(is, turn);
            return;
        }
        turn.count(IkeCounter.PEER_ADDRESSES_CHANGED);
        tunnel.condition()
                .inform(
                        "%s now, before it was %s%s"
                                .formatted(
                                        is,
                                        before.get().getHostAddress(),
                                        isCarried()
                                                ? "; the IKE SA that stands is left alone"
                                                : ""),
                        turn);
    }

    /** An attempt that nobody has answered, at an address that is not the peer's any more. */
    private void leaveFormerAddress(Turn turn) {
        for (IkeSa sa : List.copyOf(tunnel.ikeSas())) {
            if (sa.state() == IkeSa.State.INIT_SENT
                    && !addresses.admit(sa.path().remote().getAddress())) {
                sa.discard(turn);
            }
        }
    }

    /**
     * The resolver has no answer, or none that is of use. What is known stays: a gateway outlives
     * the DNS that knew it, which may be behind the tunnel itself.
     *
     * @param what such as {@code has no address}
     */
    void failed(String what, Turn turn) {
        turn.count(IkeCounter.PEER_LOOKUPS_FAILED);
        if (isCarried()) {
            return;
        }
        String use =
                addresses
                        .next()
                        .map(address -> "; its last address is tried, " + address.getHostAddress())
                        .orElse("");
        tunnel.condition()
                .warn(
                        Reason.of(
                                "the name %s %s: check peer-address and the DNS%s"
                                        .formatted(addresses.host(), what, use)),
                        turn);
    }

    /**
     * Where the peer is: at the end of the IKE SA that carries the tunnel, also when its name leads
     * elsewhere by now, or where the next attempt goes.
     */
    Optional<InetAddress> peer() {
        return addresses.host() instanceof PeerHost.Address
                ? addresses.next()
                : Carrier.of(tunnel).map(sa -> sa.path().remote().getAddress()).or(addresses::next);
    }

    /** The tunnels among which only the identities can tell, this one included. */
    List<IkeTunnel> tunnelsAt(InetAddress source) {
        return all.stream()
                .filter(other -> other == tunnel || other.lookup().addresses.admit(source))
                .toList();
    }

    /** Whether this is where another tunnel's peer is. */
    private boolean isTaken(InetAddress address) {
        return all.stream()
                .filter(other -> other != tunnel)
                .anyMatch(other -> other.lookup().peer().equals(Optional.of(address)));
    }

    /** Where the peer is, and where it may be: candidates, and what the IKE SAs speak with. */
    Set<InetAddress> known() {
        if (addresses.host() instanceof PeerHost.Address) {
            return Set.copyOf(addresses.candidates());
        }
        Set<InetAddress> known =
                tunnel.ikeSas().stream()
                        .filter(sa -> sa.state() != IkeSa.State.CLOSED)
                        .map(sa -> sa.path().remote().getAddress())
                        .collect(Collectors.toCollection(HashSet::new));
        known.addAll(addresses.candidates());
        return known;
    }

    private void tell(Turn turn) {
        Set<InetAddress> known = known();
        if (!known.equals(told)) {
            told = known;
            turn.emit(new IkeAction.PeerAddressesChanged(tunnel.settings().name(), known));
        }
    }

    long nextDeadlineNanos(long nowNanos) {
        return deadlines.earliestNanos(nowNanos);
    }
}
