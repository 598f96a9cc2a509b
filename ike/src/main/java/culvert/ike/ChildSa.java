package culvert.ike;

import culvert.model.EspSuite;
import culvert.model.InboundSaParameters;
import culvert.model.OutboundSaParameters;
import culvert.model.Secret;
import culvert.model.Spi;
import culvert.model.TrafficSelector;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One CHILD SA: a pair of ESP SAs, which of them the dataplane has, and when the pair must be
 * rekeyed. The IKE SA that holds it decides; this only acts.
 */
final class ChildSa {
    /** How far the pair is in use. */
    enum Use {
        /** The peer may send; we send with the predecessor until the peer deletes that. */
        INBOUND_ONLY,
        /** Both ways. */
        BOTH,
        /** The peer may still send; we send with the successor, or not at all any more. */
        REPLACED,
        GONE
    }

    enum Timer {
        /** Make a successor. */
        REKEY,
        /** The lifetime is over. */
        EXPIRE,
        /** The peer should have deleted this long ago. */
        UNDELETED
    }

    private final IkeTunnel tunnel;
    private final EspSuite suite;
    private final boolean extendedSequenceNumbers;
    private final Spi inboundSpi;
    private final Spi outboundSpi;
    private final List<TrafficSelector> localSelectors;
    private final List<TrafficSelector> remoteSelectors;
    private final long establishedNanos;
    private final int rekeys;
    private final Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);
    private Use use = Use.INBOUND_ONLY;
    private @Nullable OutboundSaParameters pendingOutbound;
    private @Nullable ChildSa predecessor;
    private boolean rekeyWanted;
    private boolean usedUp;
    private @Nullable ChildSa successor;
    private boolean deleteWanted;
    private boolean deleteSent;

    private ChildSa(IkeTunnel tunnel, ChildAgreement agreement, int rekeys, Turn turn) {
        this.tunnel = tunnel;
        this.suite = agreement.proposal().suite();
        this.extendedSequenceNumbers = agreement.proposal().extendedSequenceNumbers();
        this.inboundSpi = agreement.inboundSpi();
        this.outboundSpi = agreement.outboundSpi();
        this.localSelectors = agreement.localSelectors();
        this.remoteSelectors = agreement.remoteSelectors();
        this.establishedNanos = turn.nowNanos();
        this.rekeys = rekeys;
        IkeTunnelSettings settings = tunnel.settings();
        deadlines.set(
                Timer.REKEY, turn.nowNanos() + IkeTiming.rekeyNanos(settings.espLifetime(), turn));
        deadlines.set(Timer.EXPIRE, turn.nowNanos() + settings.espLifetime().toNanos());
    }

    /** Derives the keys and installs the inbound SA; the outbound one waits. */
    static ChildSa install(
            IkeSa ikeSa, ChildAgreement agreement, Optional<ChildSa> predecessor, Turn turn) {
        int rekeys = predecessor.map(old -> old.rekeys + 1).orElse(0);
        ChildSa child = new ChildSa(ikeSa.tunnel(), agreement, rekeys, turn);
        child.predecessor = predecessor.orElse(null);
        IkeTunnelSettings settings = ikeSa.tunnel().settings();
        ChildAgreement.Keys keys = agreement.deriveKeys(ikeSa.channel().keys());
        if (settings.exportKeys()) {
            child.exportKeys(ikeSa, keys, turn);
        }
        turn.emit(
                new IkeAction.InstallInboundSa(
                        settings.name(),
                        new InboundSaParameters(
                                child.inboundSpi,
                                child.suite,
                                keys.inbound(),
                                child.extendedSequenceNumbers,
                                settings.replayWindow(),
                                child.remoteSelectors,
                                child.localSelectors)));
        child.pendingOutbound =
                new OutboundSaParameters(
                        child.outboundSpi,
                        child.suite,
                        keys.outbound(),
                        child.extendedSequenceNumbers,
                        ikeSa.path().encapsulation(settings.encapsulation()),
                        child.localSelectors,
                        child.remoteSelectors);
        turn.count(IkeCounter.CHILD_SAS_ESTABLISHED);
        return child;
    }

    private void exportKeys(IkeSa ikeSa, ChildAgreement.Keys keys, Turn turn) {
        InetAddress local = ikeSa.path().local().getAddress();
        InetAddress remote = ikeSa.path().remote().getAddress();
        String inbound = HexFormat.of().formatHex(keys.inbound().octets());
        String outbound = HexFormat.of().formatHex(keys.outbound().octets());
        String name = tunnel.settings().name();
        turn.emit(
                new IkeAction.ExportKeys(
                        name, new KeyExport.EspSa(remote, local, inboundSpi, suite, inbound)));
        turn.emit(
                new IkeAction.ExportKeys(
                        name, new KeyExport.EspSa(local, remote, outboundSpi, suite, outbound)));
    }

    /** Sends with this SA from now on, and no more with its predecessor. */
    void useOutbound(IkeSa ikeSa, Turn turn) {
        OutboundSaParameters outbound = pendingOutbound;
        if (use != Use.INBOUND_ONLY || outbound == null) {
            return;
        }
        turn.emit(
                new IkeAction.InstallOutboundSa(
                        tunnel.settings().name(), outbound, ikeSa.path().espPeer()));
        pendingOutbound = null;
        use = Use.BOTH;
        ChildSa old = predecessor;
        if (old != null) {
            old.stopOutbound(turn);
            predecessor = null;
        }
        tunnel.childCarries(this, outbound.encapsulation(), turn);
    }

    /** Another SA carries our packets now; the peer's may still come on this one. */
    void stopOutbound(Turn turn) {
        if (use == Use.BOTH && !tunnel.hasNewerSender(this)) {
            turn.emit(new IkeAction.RemoveOutboundSa(tunnel.settings().name(), outboundSpi));
        }
        wipePending();
        if (use != Use.GONE) {
            use = Use.REPLACED;
        }
        rekeyWanted = false;
        deadlines.clear(Timer.REKEY);
    }

    /** Out of the dataplane, except that late packets are let in for a while. */
    void removeAfterGrace(Turn turn) {
        if (use != Use.GONE) {
            stopOutbound(turn);
            tunnel.removeInboundLater(inboundSpi, turn);
            end(turn);
        }
    }

    /** Out of the dataplane at once. */
    void remove(Turn turn) {
        if (use != Use.GONE) {
            stopOutbound(turn);
            turn.emit(new IkeAction.RemoveInboundSa(tunnel.settings().name(), inboundSpi));
            turn.espSpis().release(inboundSpi);
            end(turn);
        }
    }

    /** Out of the dataplane because its IKE SA ends. */
    void stop(Turn turn) {
        switch (use) {
            // Packets of a successor elsewhere may have been overtaken by the DELETE.
            case INBOUND_ONLY, REPLACED -> removeAfterGrace(turn);
            case BOTH -> remove(turn);
            case GONE -> {}
        }
    }

    private void end(Turn turn) {
        use = Use.GONE;
        deadlines.clearAll();
        ChildSa old = predecessor;
        if (old != null) {
            old.successorGone(this, turn);
            predecessor = null;
        }
    }

    /** The peer has rekeyed this one, and must now delete it. */
    void succeededBy(ChildSa child, Turn turn) {
        successor = child;
        awaitDelete(turn);
    }

    private void awaitDelete(Turn turn) {
        deadlines.clear(Timer.REKEY);
        deadlines.set(Timer.UNDELETED, turn.nowNanos() + IkeTiming.UNDELETED_NANOS);
    }

    /** RFC 7296 2.8.1: the peer made this, and will delete it for one of ours. */
    void redundant(Turn turn) {
        wipePending();
        predecessor = null;
        awaitDelete(turn);
    }

    private void successorGone(ChildSa child, Turn turn) {
        if (successor != child) {
            return;
        }
        successor = null;
        deadlines.clear(Timer.UNDELETED);
        if (use == Use.BOTH) {
            deadlines.set(Timer.REKEY, turn.nowNanos() + IkeTiming.RETRY_REKEY_MAX_NANOS);
        }
    }

    /** Whether a successor is there that the peer has not begun to use alone. */
    boolean isSucceeded() {
        return successor != null;
    }

    private void wipePending() {
        OutboundSaParameters outbound = pendingOutbound;
        if (outbound != null) {
            outbound.keymat().close();
            pendingOutbound = null;
        }
    }

    /** Keys of the outbound SA that is not installed yet. */
    Optional<Secret> pendingKeymat() {
        return Optional.ofNullable(pendingOutbound).map(OutboundSaParameters::keymat);
    }

    Use use() {
        return use;
    }

    /** Whether it is, or is about to be, what carries the tunnel's packets. */
    boolean isLive() {
        return (use == Use.BOTH || use == Use.INBOUND_ONLY) && !deleteWanted;
    }

    /** The one with this SPI of the peer's, by which the peer names it. */
    static Optional<ChildSa> named(IkeSa sa, Spi outboundSpi) {
        return sa.children().stream()
                .filter(child -> child.outboundSpi.equals(outboundSpi))
                .findFirst();
    }

    /** What was made to replace a CHILD SA, and does not carry our packets yet. */
    static List<ChildSa> successors(IkeSa sa, ChildSa old) {
        return sa.children().stream().filter(child -> child.predecessor == old).toList();
    }

    Spi inboundSpi() {
        return inboundSpi;
    }

    Spi outboundSpi() {
        return outboundSpi;
    }

    Deadlines<Timer> deadlines() {
        return deadlines;
    }

    boolean rekeyWanted() {
        return rekeyWanted && use == Use.BOTH && !deleteWanted && successor == null;
    }

    void wantRekey() {
        rekeyWanted = true;
        deadlines.clear(Timer.REKEY);
    }

    /** What the SA carried makes it old; a rekey that fails then keeps to its own pauses. */
    void wantRekeyForUsage() {
        if (!usedUp) {
            usedUp = true;
            wantRekey();
        }
    }

    /** Tries to rekey again, later. */
    void postponeRekey(long nanos, Turn turn) {
        rekeyWanted = false;
        deadlines.set(Timer.REKEY, turn.nowNanos() + nanos);
    }

    boolean deleteWanted() {
        return deleteWanted;
    }

    void wantDelete() {
        deleteWanted = true;
        deadlines.clearAll();
    }

    boolean deleteSent() {
        return deleteSent;
    }

    void deleteSentNow() {
        deleteSent = true;
    }

    boolean extendedSequenceNumbers() {
        return extendedSequenceNumbers;
    }

    ChildSaStatus status(long nowNanos) {
        return new ChildSaStatus(
                suite,
                inboundSpi,
                outboundSpi,
                IkeTiming.wholeSeconds(nowNanos - establishedNanos),
                IkeTiming.wholeSeconds(deadlines.remainingNanos(Timer.REKEY, nowNanos)),
                rekeys,
                localSelectors,
                remoteSelectors);
    }

    @Override
    public String toString() {
        return "CHILD SA %s/%s (%s)".formatted(inboundSpi, outboundSpi, suite.keyword());
    }
}
