package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One IKE SA: its state, what it has in flight, and the CHILD SAs that it holds. What payloads mean
 * is the business of one class per exchange, what arrives that of {@link MessagePipeline}, and what
 * is due that of {@link IkeSaSchedule}.
 *
 * <pre>
 *  we ask:    INIT_SENT ------> AUTH_SENT --+                +--> REPLACED --+
 *                                           +-> ESTABLISHED -+               +-> DELETING -> CLOSED
 *  peer asks: INIT_ANSWERED ----------------+                +---------------+
 * </pre>
 */
final class IkeSa {
    enum State {
        /** Our IKE_SA_INIT waits for its response. */
        INIT_SENT,
        /** We answered an IKE_SA_INIT and know nobody yet. */
        INIT_ANSWERED,
        /** Our IKE_INTERMEDIATE or IKE_AUTH waits for its response. */
        AUTH_SENT,
        ESTABLISHED,
        /** Another IKE SA has taken over; this one waits for its DELETE. */
        REPLACED,
        /** We delete it. */
        DELETING,
        /** Keys are gone; at most the last response is kept, for a peer that did not get it. */
        CLOSED
    }

    /** Our request that waits for its response; the window of one allows no second. */
    record InFlight(LocalExchange exchange, int messageId, Retransmission retransmission) {}

    private final IkeSaChannel channel;
    private final PeerPath path;
    private final MessageIdWindow window = new MessageIdWindow(0);
    private final IkeSaSchedule schedule;
    private final Followups followups = new Followups();
    private final List<ChildSa> children = new ArrayList<>();
    private final long startedNanos;
    private final int rekeys;
    private IkeTunnel tunnel;
    private State state;
    private int nextRequestId;
    private @Nullable InFlight inFlight;
    private Octets lowestNonce = Octets.EMPTY;
    private long establishedNanos;
    private boolean hadChild;
    private @Nullable Reason deleteReason;
    private List<Payload> deleteWith = List.of();

    /** An IKE SA before its first message. */
    IkeSa(IkeTunnel tunnel, IkeSaChannel channel, PeerPath path, Turn turn) {
        this.tunnel = tunnel;
        this.channel = channel;
        this.path = path;
        this.rekeys = 0;
        this.state = channel.originalInitiator() ? State.INIT_SENT : State.INIT_ANSWERED;
        this.startedNanos = turn.nowNanos();
        this.schedule = new IkeSaSchedule(this, turn);
    }

    /** The successor of an IKE SA that is rekeyed: message IDs start again (RFC 7296 2.18). */
    IkeSa(IkeSa old, IkeSaChannel channel, Octets lowestNonce, Turn turn) {
        this.lowestNonce = lowestNonce;
        this.tunnel = old.tunnel;
        this.channel = channel;
        this.path = new PeerPath(old.path);
        this.rekeys = old.rekeys + 1;
        this.state = State.ESTABLISHED;
        this.startedNanos = turn.nowNanos();
        this.schedule = new IkeSaSchedule(this, turn);
    }

    /** The ICV was good and the message ID new: the peer itself sent this, and just now. */
    void onAuthentic(DatagramReceived datagram, Turn turn) {
        schedule.liveness().proof(turn.nowNanos());
        if (state == State.INIT_ANSWERED) {
            path.take(datagram);
        } else if (path.follow(datagram, channel.originalInitiator())
                && state == State.ESTABLISHED) {
            tunnel.peerMoved(this, turn);
        }
    }

    /** Sends a protected request. */
    void request(LocalExchange exchange, List<Payload> payloads, Turn turn) {
        int messageId = nextRequestId++;
        send(
                exchange,
                messageId,
                seal(exchange.exchangeType(), false, messageId, payloads, turn),
                turn);
    }

    /** Sends IKE_SA_INIT, also anew with a cookie or in another group: the message ID stays 0. */
    byte[] requestInit(LocalExchange exchange, List<Payload> payloads, Turn turn) {
        nextRequestId = 1;
        byte[] message = channel.encode(exchange.exchangeType(), false, payloads);
        send(exchange, 0, List.of(message), turn);
        return message;
    }

    private void send(LocalExchange exchange, int messageId, List<byte[]> messages, Turn turn) {
        Retransmission retransmission = new Retransmission(messages, turn.nowNanos());
        inFlight = new InFlight(exchange, messageId, retransmission);
        turn.count(IkeCounter.EXCHANGES_STARTED);
        path.transmits(messages).forEach(turn::emit);
        schedule.keepalive().sent(turn.nowNanos());
        schedule.requestSent(retransmission, turn);
    }

    /** The exchange in flight has its answer. */
    void exchangeDone() {
        inFlight = null;
        schedule.requestAnswered();
    }

    /** The exchange in flight will have no answer. */
    void giveUpRequest(Turn turn) {
        Optional<InFlight> waiting = inFlight();
        exchangeDone();
        waiting.ifPresent(given -> given.exchange().end(turn));
    }

    /** Answers the request that is being handled; the answer is kept for its repetitions. */
    void respond(IkeHeader request, List<Payload> payloads, DatagramReceived datagram, Turn turn) {
        respondRaw(
                seal(request.exchangeType(), true, request.messageId(), payloads, turn),
                datagram,
                turn);
    }

    private List<byte[]> seal(
            int exchangeType, boolean response, int messageId, List<Payload> payloads, Turn turn) {
        return channel.seal(
                exchangeType, response, messageId, payloads, path.maxMessageBytes(), turn);
    }

    private void respondRaw(List<byte[]> messages, DatagramReceived datagram, Turn turn) {
        // RFC 7296 2.11: to where the request came from.
        List<IkeAction.Transmit> response =
                PeerPath.transmits(datagram.local(), datagram.remote(), messages);
        window.answered(datagram, response);
        schedule.keepalive().sent(turn.nowNanos());
        response.forEach(turn::emit);
    }

    /** Answers IKE_SA_INIT, in the clear; keys follow when the peer shows that it goes on. */
    void initAnswered(
            KeysToCome keysToCome, NatDetection found, DatagramReceived datagram, Turn turn) {
        channel.expect(keysToCome);
        path.natFound(found);
        lowestNonce = keysToCome.handshake().lowestNonce();
        schedule.halfOpen(turn);
        respondRaw(List.of(keysToCome.handshake().response().toByteArray()), datagram, turn);
    }

    /** IKE_SA_INIT is through: we have keys, and the peer's SPI. */
    void initDone(IkeSpi responderSpi, IkeSaKeys keys, Handshake handshake, NatDetection found) {
        exchangeDone();
        channel.open(responderSpi, keys);
        path.natFound(found);
        lowestNonce = handshake.lowestNonce();
        state = State.AUTH_SENT;
        if (found.anyNat() || tunnel.forcesUdp()) {
            path.floatPorts();
        }
    }

    /** The peer is authenticated, or was on the IKE SA that this one succeeds. */
    void establish(IkeCounter counter, Turn turn) {
        channel.forgetKeysToCome();
        state = State.ESTABLISHED;
        establishedNanos = turn.nowNanos();
        schedule.established(turn);
        turn.count(counter);
        if (tunnel.settings().exportKeys()) {
            turn.emit(
                    new IkeAction.ExportKeys(
                            tunnel.settings().name(),
                            new KeyExport.IkeSa(channel.keys().export())));
        }
    }

    /** Another IKE SA has taken over; when nobody deletes this one for so long, we do. */
    void replaced(long deleteAfterNanos, Turn turn) {
        state = State.REPLACED;
        schedule.replaced(deleteAfterNanos, turn);
    }

    /** What replaced this one, or was to, is gone. */
    void resume(Turn turn) {
        state = State.ESTABLISHED;
        schedule.established(turn);
    }

    /** An SA that lost to one that is gone now. */
    void reinstate(Turn turn) {
        resume(turn);
        children.forEach(child -> child.useOutbound(this, turn));
    }

    /**
     * Ends the SA by telling the peer. What it carried stops now.
     *
     * @param with what to say besides DELETE
     */
    void delete(Reason reason, Turn turn, Payload... with) {
        switch (state) {
            case INIT_SENT, INIT_ANSWERED -> end(reason, turn);
            // The peer may be established already: it is told once its answer is here.
            case AUTH_SENT -> deleteReason = reason;
            case ESTABLISHED, REPLACED -> {
                State before = state;
                state = State.DELETING;
                deleteWith = List.of(with);
                schedule.deleting(turn);
                children.forEach(child -> child.stop(turn));
                if (before == State.ESTABLISHED) {
                    tunnel.lost(this, reason, turn);
                }
            }
            case DELETING, CLOSED -> {}
        }
    }

    /**
     * Ends an attempt whose peer thinks that it succeeded: it is told (RFC 7296 2.21.2).
     *
     * @param with what to say besides DELETE
     */
    void reject(Reason reason, Turn turn, Payload... with) {
        state = State.DELETING;
        deleteWith = List.of(with);
        schedule.deleting(turn);
        tunnel.attemptFailed(reason, turn);
    }

    /** The peer broke the protocol: DELETE if it can still be told, else just the end. */
    void abandon(Reason reason, Turn turn) {
        if (state == State.AUTH_SENT) {
            end(reason, turn);
        } else {
            delete(reason, turn);
        }
    }

    /** Ends the SA without a word to the peer, and tells the tunnel what it has lost. */
    void end(Reason reason, Turn turn) {
        State before = state;
        close(turn);
        switch (before) {
            case INIT_SENT, AUTH_SENT -> tunnel.attemptFailed(reason, turn);
            case INIT_ANSWERED -> tunnel.condition().warnOfStranger(reason, turn);
            case ESTABLISHED -> tunnel.lost(this, reason, turn);
            case REPLACED, DELETING, CLOSED -> {}
        }
    }

    /** Gives a half-open SA up without a word to anyone. */
    void discard(Turn turn) {
        close(turn);
        tunnel.forget(this, turn);
    }

    /** Wipes everything but the last response. */
    void close(Turn turn) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        giveUpRequest(turn);
        followups.giveUp(turn);
        children.forEach(child -> child.stop(turn));
        children.clear();
        channel.close();
        schedule.closed(turn);
        if (window.lastResponse().isEmpty()) {
            tunnel.forget(this, turn);
        }
    }

    IkeSaChannel channel() {
        return channel;
    }

    MessageIdWindow window() {
        return window;
    }

    IkeSaSchedule schedule() {
        return schedule;
    }

    List<ChildSa> children() {
        return children;
    }

    void addChild(ChildSa child) {
        children.add(child);
        hadChild = true;
    }

    Followups followups() {
        return followups;
    }

    /** RFC 7296 2.18: a rekeyed IKE SA inherits the CHILD SAs. */
    void takeChildren(IkeSa old) {
        hadChild |= old.hadChild;
        children.addAll(old.children);
        old.children.clear();
    }

    /** Whether a CHILD SA of this IKE SA went away, or moved on. */
    boolean hadChild() {
        return hadChild;
    }

    /** The CHILD SA that carries our packets, or is about to. */
    Optional<ChildSa> liveChild() {
        return children.stream().filter(ChildSa::isLive).findFirst();
    }

    IkeTunnel tunnel() {
        return tunnel;
    }

    /** The identity of the peer says which of the tunnels with its address this is. */
    void moveTo(IkeTunnel other) {
        tunnel.disown(this);
        tunnel = other;
        other.adopt(this);
    }

    PeerPath path() {
        return path;
    }

    /** The peer's address, for people. */
    String peerName() {
        return path.peerName();
    }

    State state() {
        return state;
    }

    /** Whether only its address speaks for the peer so far. */
    boolean isHalfOpen() {
        return switch (state) {
            case INIT_SENT, INIT_ANSWERED, AUTH_SENT -> true;
            case ESTABLISHED, REPLACED, DELETING, CLOSED -> false;
        };
    }

    Optional<InFlight> inFlight() {
        return Optional.ofNullable(inFlight);
    }

    Octets lowestNonce() {
        return lowestNonce;
    }

    long startedNanos() {
        return startedNanos;
    }

    long establishedNanos() {
        return establishedNanos;
    }

    int rekeys() {
        return rekeys;
    }

    /** Why the SA must be deleted as soon as it is established. */
    Optional<Reason> deleteReason() {
        return Optional.ofNullable(deleteReason);
    }

    List<Payload> deleteWith() {
        return deleteWith;
    }
}
