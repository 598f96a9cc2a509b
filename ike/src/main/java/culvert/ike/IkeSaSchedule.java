package culvert.ike;

import java.util.List;

/**
 * When one IKE SA must act on its own, and what it does first: the window of one lets it do one
 * thing at a time.
 */
final class IkeSaSchedule {
    private enum Timer {
        /** Send the request in flight again. */
        RETRANSMIT,
        /** Look whether the request in flight has waited too long. */
        GIVE_UP,
        /** The attempt, ours or the peer's, has not led to an established SA in time. */
        HANDSHAKE,
        /** Make a successor. */
        REKEY,
        /** The lifetime is over. */
        EXPIRE,
        /** Until then there is no CREATE_CHILD_SA for a CHILD SA that is missing. */
        CREATE,
        /** Nothing uses this SA. */
        CHILDLESS,
        /** The SA should have been deleted by now. */
        UNDELETED,
        /** The rest of a fragmented message has not come. */
        REASSEMBLE,
        /** Nobody will ask for the last response any more. */
        FORGET
    }

    private final IkeSa sa;
    private final Liveness liveness;
    private final Keepalive keepalive;
    private final Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);
    private boolean rekeyWanted;
    private boolean deleteSent;
    private boolean superseded;

    IkeSaSchedule(IkeSa sa, Turn turn) {
        this.sa = sa;
        this.keepalive = new Keepalive(turn.nowNanos());
        IkeTunnelSettings settings = sa.tunnel().settings();
        this.liveness =
                new Liveness(settings.dpdInterval(), settings.dpdTimeout(), turn.nowNanos());
    }

    Liveness liveness() {
        return liveness;
    }

    Keepalive keepalive() {
        return keepalive;
    }

    /** A NAT in front of us forgets us; one in front of the peer is the peer's business. */
    private boolean needsKeepalives() {
        return sa.state() == IkeSa.State.ESTABLISHED && sa.path().nat().weAreBehindNat();
    }

    /**
     * We were not given the processor when something was due: answers may lie in the socket, so
     * that silence proves nothing yet.
     */
    void overslept(Turn turn) {
        for (Timer timer : new Timer[] {Timer.GIVE_UP, Timer.HANDSHAKE}) {
            if (deadlines.isSet(timer)
                    && deadlines.remainingNanos(timer, turn.nowNanos())
                            < IkeTiming.OVERSLEPT_GRACE_NANOS) {
                deadlines.set(timer, turn.nowNanos() + IkeTiming.OVERSLEPT_GRACE_NANOS);
            }
        }
    }

    /** Counts towards the limits of a CHILD SA, in either direction. */
    void used(ChildSa child, long packets, long bytes, Turn turn) {
        boolean extended = child.extendedSequenceNumbers();
        if (UsageLimit.HARD.isReached(packets, bytes, extended)) {
            expire(child, "carried all that it may without being rekeyed", turn);
        } else if (UsageLimit.SOFT.isReached(packets, bytes, extended)) {
            child.wantRekeyForUsage();
        }
    }

    /** Our own attempt begins. */
    void attempt(Turn turn) {
        deadlines.set(Timer.HANDSHAKE, turn.nowNanos() + IkeTiming.ATTEMPT_NANOS);
    }

    /** The peer said no, and nobody vouches that it was the peer. */
    void attemptRefused(Turn turn) {
        long soonNanos = IkeTiming.REFUSED_ATTEMPT_NANOS;
        if (deadlines.remainingNanos(Timer.HANDSHAKE, turn.nowNanos()) > soonNanos) {
            deadlines.set(Timer.HANDSHAKE, turn.nowNanos() + soonNanos);
        }
    }

    void halfOpen(Turn turn) {
        deadlines.set(Timer.HANDSHAKE, turn.nowNanos() + IkeTiming.HALF_OPEN_NANOS);
    }

    void established(Turn turn) {
        IkeTunnelSettings settings = sa.tunnel().settings();
        superseded = false;
        liveness.proof(turn.nowNanos());
        deadlines.clear(Timer.HANDSHAKE);
        deadlines.clear(Timer.UNDELETED);
        deadlines.set(
                Timer.REKEY, turn.nowNanos() + IkeTiming.rekeyNanos(settings.ikeLifetime(), turn));
        deadlines.set(Timer.EXPIRE, turn.nowNanos() + settings.ikeLifetime().toNanos());
        deadlines.set(Timer.CHILDLESS, turn.nowNanos() + IkeTiming.CHILDLESS_NANOS);
    }

    void replaced(long deleteAfterNanos, Turn turn) {
        rekeyWanted = false;
        deadlines.clear(Timer.REKEY);
        deadlines.clear(Timer.EXPIRE);
        deadlines.clear(Timer.CHILDLESS);
        deadlines.set(Timer.UNDELETED, turn.nowNanos() + deleteAfterNanos);
    }

    /** A newer IKE SA of the peer's has taken over; this one is left to the peer, within limits. */
    void superseded(Turn turn) {
        superseded = true;
        replaced(IkeTiming.SUPERSEDED_NANOS, turn);
    }

    void deleting(Turn turn) {
        replaced(IkeTiming.DELETING_NANOS, turn);
    }

    void closed(Turn turn) {
        deadlines.clearAll();
        deadlines.set(Timer.FORGET, turn.nowNanos() + IkeTiming.CACHED_RESPONSE_NANOS);
    }

    void requestSent(Retransmission retransmission, Turn turn) {
        deadlines.set(Timer.RETRANSMIT, retransmission.nextNanos(turn));
        if (!sa.isHalfOpen()) {
            deadlines.set(Timer.GIVE_UP, giveUpNanos(retransmission));
        }
    }

    void requestAnswered() {
        deadlines.clear(Timer.RETRANSMIT);
        deadlines.clear(Timer.GIVE_UP);
    }

    void wantRekey() {
        rekeyWanted = true;
        deadlines.clear(Timer.REKEY);
    }

    void postponeRekey(long nanos, Turn turn) {
        rekeyWanted = false;
        deadlines.set(Timer.REKEY, turn.nowNanos() + nanos);
    }

    /** A fragment waits for the others. */
    void reassembling(Turn turn) {
        if (!deadlines.isSet(Timer.REASSEMBLE)) {
            deadlines.set(Timer.REASSEMBLE, turn.nowNanos() + IkeTiming.REASSEMBLY_NANOS);
        }
    }

    void postponeCreate(long nanos, Turn turn) {
        deadlines.set(Timer.CREATE, turn.nowNanos() + nanos);
    }

    long rekeyInNanos(long nowNanos) {
        return deadlines.remainingNanos(Timer.REKEY, nowNanos);
    }

    long nextDeadlineNanos(long nowNanos) {
        long earliest = deadlines.earliestNanos(nowNanos);
        for (ChildSa child : sa.children()) {
            earliest =
                    Deadlines.earlier(
                            earliest, child.deadlines().earliestNanos(nowNanos), nowNanos);
        }
        if (needsKeepalives()) {
            earliest = Deadlines.earlier(earliest, keepalive.dueNanos(), nowNanos);
        }
        if (mayStart()) {
            earliest = Deadlines.earlier(earliest, liveness.probeNanos(), nowNanos);
        }
        return earliest;
    }

    /** Does what is due now. */
    void advance(Turn turn) {
        long nowNanos = turn.nowNanos();
        if (deadlines.fires(Timer.FORGET, nowNanos)) {
            sa.tunnel().forget(sa, turn);
        }
        if (deadlines.fires(Timer.REASSEMBLE, nowNanos)) {
            sa.channel().dropFragments();
        }
        if (deadlines.fires(Timer.HANDSHAKE, nowNanos)) {
            handshakeOver(turn);
        }
        if (deadlines.fires(Timer.GIVE_UP, nowNanos)) {
            giveUpOrWait(turn);
        }
        if (deadlines.fires(Timer.RETRANSMIT, nowNanos)) {
            retransmit(turn);
        }
        if (deadlines.fires(Timer.UNDELETED, nowNanos)) {
            undeleted(turn);
        }
        if (deadlines.fires(Timer.EXPIRE, nowNanos)) {
            sa.delete(
                    Reason.of(
                            "the IKE SA with %s reached its lifetime without being rekeyed"
                                    .formatted(sa.peerName())),
                    turn);
        }
        if (deadlines.fires(Timer.CHILDLESS, nowNanos)) {
            childless(turn);
        }
        if (deadlines.fires(Timer.REKEY, nowNanos)) {
            rekeyWanted = true;
        }
        deadlines.fires(Timer.CREATE, nowNanos);
        for (ChildSa child : List.copyOf(sa.children())) {
            advance(child, turn);
        }
        startNextExchange(turn);
        if (needsKeepalives() && keepalive.dueNanos() - nowNanos <= 0) {
            keepalive.sent(nowNanos);
            turn.emit(new IkeAction.TransmitKeepalive(sa.path().local(), sa.path().remote()));
        }
    }

    private void handshakeOver(Turn turn) {
        if (sa.inFlight().isPresent()) {
            IkeSa.InFlight waiting = sa.inFlight().get();
            sa.end(waiting.exchange().noAnswer(sa, waiting.retransmission().tries()), turn);
        } else {
            sa.discard(turn);
        }
    }

    private void retransmit(Turn turn) {
        if (sa.inFlight().isPresent()) {
            Retransmission retransmission = sa.inFlight().get().retransmission();
            retransmission.sentAgain();
            turn.count(IkeCounter.RETRANSMITS_SENT);
            keepalive.sent(turn.nowNanos());
            sa.tunnel().counts().retransmit();
            sa.path().transmits(retransmission.messages()).forEach(turn::emit);
            deadlines.set(Timer.RETRANSMIT, retransmission.nextNanos(turn));
        }
    }

    private long giveUpNanos(Retransmission retransmission) {
        return deleteSent
                ? retransmission.startedNanos() + IkeTiming.DELETE_NANOS
                : liveness.deadNanos(retransmission.startedNanos());
    }

    /** The peer may have shown life since the timer was set. */
    private void giveUpOrWait(Turn turn) {
        if (sa.inFlight().isEmpty()) {
            return;
        }
        IkeSa.InFlight waiting = sa.inFlight().get();
        long giveUpNanos = giveUpNanos(waiting.retransmission());
        if (giveUpNanos - turn.nowNanos() > 0) {
            deadlines.set(Timer.GIVE_UP, giveUpNanos);
            return;
        }
        Reason reason = waiting.exchange().noAnswer(sa, waiting.retransmission().tries());
        if (sa.state() == IkeSa.State.ESTABLISHED) {
            turn.count(IkeCounter.DEAD_PEERS);
            // The peer may hear us though we do not hear it. If it has not even had the request
            // that we give up, the DELETE is beyond its window and does nothing (RFC 7296 2.3).
            sa.giveUpRequest(turn);
            sa.delete(reason, turn);
        } else {
            sa.end(reason, turn);
        }
    }

    private void undeleted(Turn turn) {
        Reason reason = Reason.of("an IKE SA that was replaced is deleted");
        if (sa.state() == IkeSa.State.DELETING) {
            sa.end(reason, turn);
        } else if (superseded && !sa.tunnel().tolerance().isOver(sa, turn)) {
            deadlines.set(Timer.UNDELETED, turn.nowNanos() + IkeTiming.UNDELETED_NANOS);
        } else {
            sa.delete(reason, turn);
        }
    }

    private void childless(Turn turn) {
        if (sa.liveChild().isPresent()) {
            deadlines.set(Timer.CHILDLESS, turn.nowNanos() + IkeTiming.CHILDLESS_NANOS);
        } else {
            sa.delete(
                    Reason.of(
                            "the IKE SA with %s has no CHILD SA: look for what the peer says"
                                            .formatted(sa.peerName())
                                    + " about proposals or traffic selectors"),
                    turn);
        }
    }

    private void advance(ChildSa child, Turn turn) {
        long nowNanos = turn.nowNanos();
        if (child.deadlines().fires(ChildSa.Timer.REKEY, nowNanos)) {
            child.wantRekey();
        }
        if (child.deadlines().fires(ChildSa.Timer.EXPIRE, nowNanos)) {
            expire(child, "reached its lifetime without being rekeyed", turn);
        }
        if (child.deadlines().fires(ChildSa.Timer.UNDELETED, nowNanos)) {
            // The peer rekeyed this one and then forgot to delete it.
            ChildSa.successors(sa, child).forEach(successor -> successor.useOutbound(sa, turn));
            child.wantDelete();
        }
    }

    private void expire(ChildSa child, String why, Turn turn) {
        if (!child.deleteWanted()) {
            sa.tunnel().condition().warn(Reason.of(child + " " + why), turn);
            child.stopOutbound(turn);
            child.wantDelete();
        }
    }

    private boolean mayStart() {
        return sa.state() == IkeSa.State.ESTABLISHED
                && sa.inFlight().isEmpty()
                && RekeyIkeSa.contesting(sa).isEmpty();
    }

    private void startNextExchange(Turn turn) {
        if (sa.inFlight().isPresent() || RekeyIkeSa.contesting(sa).isPresent()) {
            return;
        }
        switch (sa.state()) {
            case ESTABLISHED -> startNextOfEstablished(turn);
            case DELETING -> {
                if (!deleteSent) {
                    deleteSent = true;
                    DeleteIkeSa.start(sa, turn);
                }
            }
            case INIT_SENT, INIT_ANSWERED, AUTH_SENT, REPLACED, CLOSED -> {}
        }
    }

    /** Endings first, then successors, then what is missing, then a look whether the peer lives. */
    private void startNextOfEstablished(Turn turn) {
        List<ChildSa> unwanted =
                sa.children().stream().filter(c -> c.deleteWanted() && !c.deleteSent()).toList();
        List<ChildSa> old = sa.children().stream().filter(ChildSa::rekeyWanted).toList();
        if (!unwanted.isEmpty()) {
            DeleteChildSas.start(sa, unwanted, turn);
        } else if (rekeyWanted) {
            rekeyWanted = false;
            RekeyIkeSa.start(sa, turn);
        } else if (!old.isEmpty()) {
            RekeyChildSa.start(sa, old.getFirst(), turn);
        } else if (sa.tunnel().wantsChildOn(sa) && !deadlines.isSet(Timer.CREATE)) {
            CreateChildSa.start(sa, turn);
        } else if (liveness.probeNanos() - turn.nowNanos() <= 0) {
            LivenessProbe.start(sa, turn);
        }
    }
}
