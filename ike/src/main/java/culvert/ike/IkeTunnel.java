package culvert.ike;

import culvert.model.Encapsulation;
import culvert.model.Spi;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One tunnel, as the operator wants it, and the IKE SAs that make it so. Whenever it is wanted and
 * nothing carries it, the next attempt is due, at once or after a back-off; it never gives up.
 */
final class IkeTunnel {
    private static final int MAX_ROUNDS = 16;

    private IkeTunnelSettings settings;
    private final List<IkeSa> ikeSas = new ArrayList<>();
    private final LateInboundSas lateInbound;
    private final Attempts attempts = new Attempts();
    private final TunnelCondition condition;
    private final TunnelCertificates certificates = new TunnelCertificates();
    private final TunnelRevocation revocation;
    private final Tolerance tolerance = new Tolerance();
    private final PeerLookup lookup;
    private @Nullable ChildSa sender;
    private boolean wantedUp;
    private boolean initialContact = true;
    private boolean replacementWanted;
    private final TunnelCounts counts = new TunnelCounts();

    /**
     * @param all tunnels that there are at any time, this one included
     */
    IkeTunnel(IkeTunnelSettings settings, Collection<IkeTunnel> all) {
        this.settings = settings;
        this.lookup = new PeerLookup(this, all);
        this.lateInbound = new LateInboundSas(settings.name());
        this.condition = new TunnelCondition(settings.name());
        this.revocation = new TunnelRevocation(settings.name());
    }

    void up() {
        wantedUp = true;
        attempts.beginAnew();
        lookup.doubt();
    }

    void down(Reason why, Turn turn) {
        wantedUp = false;
        condition.because(why);
        attempts.mayBegin();
        List.copyOf(ikeSas).forEach(sa -> sa.delete(why, turn));
    }

    /** What is there does not work: it goes, and the next attempt follows at once. */
    void beginAnew(Reason why, Turn turn) {
        condition.because(why);
        List.copyOf(ikeSas).forEach(sa -> sa.delete(why, turn));
    }

    /** Other settings under the same name. */
    void reconfigure(IkeTunnelSettings changed) {
        settings = changed;
        lookup.configure();
        ikeSas.forEach(
                sa -> sa.schedule().liveness().retime(changed.dpdInterval(), changed.dpdTimeout()));
    }

    /** Nothing is left of it, here; the peer is not told. */
    void remove(Turn turn) {
        wantedUp = false;
        attempts.mayBegin();
        for (IkeSa sa : List.copyOf(ikeSas)) {
            sa.close(turn);
            forget(sa, turn);
        }
        lateInbound.removeAll(turn);
        revocation.forget(turn);
        publish(turn);
    }

    void rekeyIkeSa() {
        ikeSas.stream()
                .filter(sa -> sa.state() == IkeSa.State.ESTABLISHED)
                .forEach(sa -> sa.schedule().wantRekey());
    }

    void rekeyChildSa() {
        ikeSas.stream()
                .filter(sa -> sa.state() == IkeSa.State.ESTABLISHED)
                .flatMap(sa -> sa.children().stream())
                .filter(ChildSa::isLive)
                .forEach(ChildSa::wantRekey);
    }

    void checkLiveness(Turn turn) {
        ikeSas.forEach(sa -> sa.schedule().liveness().doubt(turn.nowNanos()));
    }

    /** Time has passed that nobody gave us; what came meanwhile is still to be read. */
    void overslept(Turn turn) {
        ikeSas.forEach(sa -> sa.schedule().overslept(turn));
    }

    /** Does all that is due, until nothing more follows from it. */
    void settle(Turn turn) {
        revocation.follow(settings.credentials(), turn);
        int before = -1;
        for (int round = 0; round < MAX_ROUNDS && before != turn.actions().size(); round++) {
            before = turn.actions().size();
            List.copyOf(ikeSas).forEach(sa -> sa.schedule().advance(turn));
            lateInbound.removeDue(turn);
            lookup.settle(turn);
            attempt(turn);
        }
        IkeSaLimit.keep(this, turn);
        publish(turn);
    }

    private void attempt(Turn turn) {
        boolean due = attempts.isDue(turn.nowNanos());
        boolean carried = ikeSas.stream().anyMatch(Carrier::carriesOrWill);
        Optional<InetAddress> peer = lookup.peer();
        if (wantedUp
                && settings.role() == Role.INITIATE
                && ikeSas.stream().noneMatch(Carrier::isAttempt)
                && (!carried || replacementWanted)
                && due
                && peer.isPresent()) {
            attempts.begun();
            lookup.attempted(turn);
            adopt(IkeSaInit.start(this, peer.get(), turn));
        }
    }

    private void attemptAfter(long nanos, Turn turn) {
        if (settings.role() == Role.INITIATE) {
            attempts.after(nanos, turn);
        }
    }

    /** Whether to create the CHILD SA that this IKE SA has lost. */
    boolean wantsChildOn(IkeSa sa) {
        return wantedUp
                && settings.role() == Role.INITIATE
                && sa.hadChild()
                && sa.liveChild().isEmpty();
    }

    void replaceCredentials(IkeInput.ReplaceCredentials replace) {
        settings =
                settings.with(
                        replace.credentials(), replace.localIdentity(), replace.peerIdentity());
        replacementWanted |= replace.reauthenticate();
    }

    /** A list that this tunnel needs is here: it may be what the last attempt lacked. */
    void revocationListFetched(Turn turn) {
        Optional<Reason> revoked = revocation.revoked(settings, turn);
        if (revoked.isPresent()) {
            beginAnew(revoked.get(), turn);
        } else if (revocation.lacksNothingNow(turn)) {
            attempts.mayBegin();
        }
    }

    /** What the peer will not rekey is replaced by an IKE SA made from scratch. */
    void reauthenticate() {
        replacementWanted = true;
    }

    /** An attempt of ours came to nothing. */
    void attemptFailed(Reason why, Turn turn) {
        lookup.attemptFailed();
        if (wantedUp) {
            attemptAfter(attempts.pauseAfterFailureNanos(turn), turn);
            condition.warn(why, turn);
        }
    }

    /** An IKE SA has its peer's proof and its CHILD SA, and carries the tunnel. */
    void established(IkeSa sa, Turn turn) {
        initialContact = false;
        condition.recovered();
        replacementWanted = false;
        attempts.mayBegin();
        lookup.addresses().liveAt(sa.path().remote().getAddress());
        condition.inform(
                "IKE SA established with %s as %s: %s%s"
                        .formatted(
                                sa.peerName(),
                                sa.channel().roleName(),
                                sa.channel().keys().suite(),
                                sa.channel().keys().dependOnPpk() ? " with PPK" : ""),
                turn);
    }

    void rekeyed(IkeSa sa, Turn turn) {
        condition.inform("IKE SA with %s rekeyed".formatted(sa.peerName()), turn);
    }

    /** An established IKE SA is gone, or is going. */
    void lost(IkeSa sa, Reason why, Turn turn) {
        if (!wantedUp) {
            condition.inform(why.text(), turn);
            return;
        }
        if (sa.hadChild() || condition.reason().isEmpty()) {
            condition.warn(why, turn);
        } else {
            // Why it never carried anything says more than who then ended it.
            condition.inform(why.text(), turn);
        }
        Optional<IkeSa> loserOfCrossing =
                ikeSas.stream()
                        .filter(other -> other.state() == IkeSa.State.REPLACED)
                        .filter(other -> other.liveChild().isPresent())
                        .findFirst();
        if (loserOfCrossing.isPresent()) {
            loserOfCrossing.get().reinstate(turn);
        } else if (ikeSas.stream()
                .noneMatch(other -> other != sa && Carrier.carriesOrWill(other))) {
            if (condition.wasStable(turn)) {
                attempts.forgive();
            }
            attemptAfter(attempts.pauseAfterLossNanos(turn), turn);
        }
    }

    /** Our own fault: this tunnel starts over, and no other notices. */
    void fault(RuntimeException fault, Turn turn) {
        condition.error("a fault in Culvert ended the IKE SAs of this tunnel: " + fault, turn);
        Reason why = Reason.of("a fault in Culvert, see the log");
        for (IkeSa sa : List.copyOf(ikeSas)) {
            try {
                sa.end(why, turn);
            } catch (RuntimeException again) {
                forget(sa, turn);
            }
        }
        condition.because(why);
        // Without jitter: the fault may be in the source of randomness.
        attemptAfter(IkeTiming.AFTER_FAULT_NANOS, turn);
        publish(turn);
    }

    /** A CHILD SA carries our packets from now on. */
    void childCarries(ChildSa child, Encapsulation encapsulation, Turn turn) {
        sender = child;
        String how = encapsulation == Encapsulation.ESP ? " as IP protocol 50" : "";
        condition.inform(child + " carries the tunnel" + how, turn);
    }

    /** A peer that starts anew may draw an SPI once more: its newer SA must not go by mistake. */
    boolean hasNewerSender(ChildSa old) {
        ChildSa newest = sender;
        return newest != null
                && newest != old
                && newest.use() == ChildSa.Use.BOTH
                && newest.outboundSpi().equals(old.outboundSpi());
    }

    void peerMoved(IkeSa sa, Turn turn) {
        if (sa.children().stream().anyMatch(child -> child.use() == ChildSa.Use.BOTH)) {
            turn.emit(new IkeAction.PeerEndpointChanged(settings.name(), sa.path().espPeer()));
            condition.inform(
                    "the NAT of the peer has moved it to " + text(sa.path().remote()), turn);
        }
    }

    private static String text(InetSocketAddress endpoint) {
        return endpoint.getAddress().getHostAddress() + " port " + endpoint.getPort();
    }

    void removeInboundLater(Spi spi, Turn turn) {
        lateInbound.add(spi, turn);
    }

    private void publish(Turn turn) {
        condition.become(
                !wantedUp
                        ? TunnelState.DOWN
                        : Carrier.of(this).isPresent() ? TunnelState.UP : TunnelState.CONNECTING,
                turn);
    }

    long nextDeadlineNanos(long nowNanos) {
        long earliest = attempts.nextDeadlineNanos(nowNanos);
        for (IkeSa sa : ikeSas) {
            earliest =
                    Deadlines.earlier(
                            earliest, sa.schedule().nextDeadlineNanos(nowNanos), nowNanos);
        }
        earliest = Deadlines.earlier(earliest, lookup.nextDeadlineNanos(nowNanos), nowNanos);
        return Deadlines.earlier(earliest, lateInbound.earliestNanos(nowNanos), nowNanos);
    }

    TunnelCondition condition() {
        return condition;
    }

    Attempts attempts() {
        return attempts;
    }

    TunnelCertificates certificates() {
        return certificates;
    }

    Tolerance tolerance() {
        return tolerance;
    }

    TunnelRevocation revocation() {
        return revocation;
    }

    IkeTunnelSettings settings() {
        return settings;
    }

    List<IkeSa> ikeSas() {
        return ikeSas;
    }

    void adopt(IkeSa sa) {
        ikeSas.add(sa);
    }

    void disown(IkeSa sa) {
        ikeSas.remove(sa);
    }

    void forget(IkeSa sa, Turn turn) {
        ikeSas.remove(sa);
        turn.ikeSas().remove(sa);
    }

    PeerLookup lookup() {
        return lookup;
    }

    boolean isWantedUp() {
        return wantedUp;
    }

    boolean isInitialContact() {
        return initialContact;
    }

    boolean forcesUdp() {
        return settings.encapsulation() == Encapsulation.UDP;
    }

    TunnelCounts counts() {
        return counts;
    }
}
