package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.crypto.InvalidPublicValueException;
import culvert.ike.crypto.KeyExchange;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.KePayload;
import culvert.ike.message.NoncePayload;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.SaPayload;
import culvert.model.Secret;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * CREATE_CHILD_SA for the successor of the IKE SA itself, as its initiator (RFC 7296 1.3.2, 2.18).
 *
 * <pre>
 *   HDR(old), SK {SA, Ni, KEi}  --&gt;
 *                               &lt;--  HDR(old), SK {SA, Nr, KEr}
 *   HDR(old), SK {D(IKE SA)}    --&gt;
 *                               &lt;--  HDR(old), SK {}
 * </pre>
 */
final class RekeyIkeSa implements FollowedUp {
    static final int NONCE_BYTES = 32;
    static final int SPI_BYTES = 8;

    private final IkeSa old;
    private final IkeSpi spi;
    private final Octets nonce;
    private final KeyExchange keyExchange;
    private final List<IkeSuite> offered;
    private final int rounds;
    private @Nullable IkeSa rival;
    private Awaited.@Nullable IkeRekey agreed;

    private RekeyIkeSa(
            IkeSa old,
            IkeSpi spi,
            Octets nonce,
            KeyExchange keyExchange,
            List<IkeSuite> offered,
            int rounds) {
        this.old = old;
        this.spi = spi;
        this.nonce = nonce;
        this.keyExchange = keyExchange;
        this.offered = offered;
        this.rounds = rounds;
    }

    static void start(IkeSa sa, Turn turn) {
        start(sa, group(sa), 0, turn);
    }

    /** The one that was agreed on before, unless the settings have lost it since. */
    private static KeyExchangeGroup group(IkeSa sa) {
        List<IkeSuite> suites = sa.tunnel().settings().ikeProposals();
        KeyExchangeGroup current = sa.channel().keys().suite().group();
        return suites.stream().anyMatch(suite -> suite.group() == current)
                ? current
                : suites.getFirst().group();
    }

    private static void start(IkeSa sa, KeyExchangeGroup group, int rounds, Turn turn) {
        RekeyIkeSa exchange =
                new RekeyIkeSa(
                        sa,
                        turn.ikeSas().allocate(turn),
                        turn.randomOctets(NONCE_BYTES),
                        KeyExchange.generate(group, turn.random()),
                        sa.tunnel().settings().ikeProposals(),
                        rounds);
        sa.request(
                exchange,
                List.of(
                        IkeProposals.offer(exchange.offered, octets(exchange.spi)),
                        new NoncePayload(exchange.nonce),
                        new KePayload(group.transformId(), exchange.keyExchange.publicValue())),
                turn);
    }

    @Override
    public int exchangeType() {
        return ExchangeType.CREATE_CHILD_SA;
    }

    @Override
    public void onResponse(IkeSa sa, IkeMessage response, DatagramReceived datagram, Turn turn) {
        Optional<NotifyPayload> error = response.error();
        if (error.isPresent()) {
            if (sa.state() == IkeSa.State.ESTABLISHED) {
                onError(sa, error.get(), turn);
            }
            return;
        }
        try {
            SaPayload chosen =
                    response.first(SaPayload.class).orElseThrow(() -> Refusal.syntax("no SA"));
            IkeProposals.Choice choice =
                    IkeProposals.accept(offered, chosen, SPI_BYTES)
                            .filter(c -> c.suite().group() == keyExchange.group())
                            .filter(c -> !spi(c.offered().spi()).equals(IkeSpi.NONE))
                            .orElseThrow(() -> Refusal.syntax("a proposal that we did not offer"));
            Octets nonceR = KeyExchangeGroups.nonce(response);
            KePayload theirs = KeyExchangeGroups.requireKe(response, keyExchange.group());
            IkeSpi peerSpi = spi(choice.offered().spi());
            Secret shared = keyExchange.sharedSecret(theirs.publicValue());
            agreed = new Awaited.IkeRekey(choice.suite(), shared, nonce, nonceR, spi, peerSpi);
            if (choice.suite().additional().isEmpty()) {
                finish(Optional.empty(), turn);
            } else {
                FollowupKe.start(sa, this, choice.suite().additional(), response, turn);
            }
        } catch (Refusal | InvalidPublicValueException e) {
            discard(turn);
            sa.delete(
                    Reason.of(
                            "peer %s answered the rekeying of the IKE SA with what cannot be: %s"
                                    .formatted(sa.peerName(), e.getMessage())),
                    turn);
        }
    }

    private void finish(Optional<Secret> additional, Turn turn) {
        Awaited.IkeRekey rekey = agreed;
        if (rekey != null) {
            IkeSaKeys keys =
                    IkeSaKeys.rekey(
                            rekey.suite(),
                            old.channel().keys(),
                            rekey.sharedSecret(),
                            rekey.nonceI(),
                            rekey.nonceR(),
                            additional,
                            rekey.spiI(),
                            rekey.spiR());
            discard(turn);
            succeed(
                    new IkeSaChannel(true, rekey.spiI(), rekey.spiR()),
                    keys,
                    lowest(rekey.nonceI(), rekey.nonceR()),
                    turn);
        }
    }

    @Override
    public void followedUp(IkeSa sa, Secret additional, Turn turn) {
        try (additional) {
            finish(Optional.of(additional), turn);
        }
    }

    @Override
    public void notFollowedUp(IkeSa sa, NotifyPayload error, Turn turn) {
        if (sa.state() == IkeSa.State.ESTABLISHED) {
            onError(sa, error, turn);
        }
    }

    @Override
    public void discard(Turn turn) {
        Awaited.IkeRekey rekey = agreed;
        agreed = null;
        if (rekey != null) {
            rekey.discard(turn);
        }
    }

    private void succeed(IkeSaChannel channel, IkeSaKeys keys, Octets lowestNonce, Turn turn) {
        IkeSa theirs = rival;
        boolean crossed = theirs != null && theirs.state() == IkeSa.State.ESTABLISHED;
        boolean wanted = old.state() == IkeSa.State.ESTABLISHED || crossed;
        Reason reason = Reason.of("the IKE SA was rekeyed");
        if (theirs != null && crossed) {
            if (lowestNonce.compareUnsigned(theirs.lowestNonce()) < 0) {
                // RFC 7296 2.8.2: ours is redundant, and the peer deletes the old one.
                IkeSa redundant = begin(old, old, channel, keys, lowestNonce, turn);
                redundant.replaced(IkeTiming.UNDELETED_NANOS, turn);
                redundant.delete(reason, turn);
                return;
            }
        }
        IkeSa heirTo = theirs != null && crossed ? theirs : old;
        IkeSa fresh = begin(old, heirTo, channel, keys, lowestNonce, turn);
        if (!wanted) {
            // We were about to delete the old one, and the new one is the same to the peer.
            fresh.delete(reason, turn);
        }
        old.delete(reason, turn);
    }

    /**
     * The new IKE SA takes the CHILD SAs over; whoever had them waits for its DELETE.
     *
     * @param heirTo the one that has the CHILD SAs: the old one, or the peer's successor of it
     */
    static IkeSa begin(
            IkeSa old,
            IkeSa heirTo,
            IkeSaChannel channel,
            IkeSaKeys keys,
            Octets lowestNonce,
            Turn turn) {
        channel.open(channel.responderSpi(), keys);
        channel.fragment(old.channel().fragments());
        IkeSa fresh = new IkeSa(old, channel, lowestNonce, turn);
        turn.ikeSas().add(fresh);
        old.tunnel().adopt(fresh);
        fresh.establish(IkeCounter.IKE_SAS_REKEYED, turn);
        fresh.takeChildren(heirTo);
        if (heirTo.state() == IkeSa.State.ESTABLISHED) {
            heirTo.replaced(IkeTiming.UNDELETED_NANOS, turn);
        }
        old.tunnel().rekeyed(fresh, turn);
        return fresh;
    }

    /** The peer rekeys the same IKE SA, and we have agreed to that as well. */
    void crossedBy(IkeSa successor) {
        rival = successor;
    }

    /**
     * Our own rekey that competes with this IKE SA of the peer's. Until its response is here the SA
     * only answers; when none comes, the peer has not noticed, and ours is forgotten (RFC 7296
     * 2.8.2).
     */
    static Optional<RekeyIkeSa> contesting(IkeSa theirs) {
        return theirs.tunnel().ikeSas().stream()
                .flatMap(sa -> RekeyCollision.ourRekey(sa).stream())
                .filter(ours -> ours.rival == theirs)
                .findFirst();
    }

    /** The peer has seen both, and that its own one loses; the response is still under way. */
    void peerGaveWay(Turn turn) {
        IkeSa theirs = rival;
        if (theirs != null) {
            theirs.replaced(IkeTiming.UNDELETED_NANOS, turn);
            old.takeChildren(theirs);
            old.resume(turn);
            rival = null;
        }
    }

    static Octets lowest(Octets nonceI, Octets nonceR) {
        return nonceI.compareUnsigned(nonceR) <= 0 ? nonceI : nonceR;
    }

    private void onError(IkeSa sa, NotifyPayload error, Turn turn) {
        Optional<KeyExchangeGroup> group =
                KeyExchangeGroups.askedFor(error)
                        .filter(id -> error.notifyType() == NotifyType.INVALID_KE_PAYLOAD)
                        .flatMap(id -> IkeProposals.group(offered, id))
                        .filter(g -> g != keyExchange.group());
        if (group.isPresent() && rounds < CreateChildSa.MAX_ROUNDS) {
            start(sa, group.get(), rounds + 1, turn);
            return;
        }
        switch (error.notifyType()) {
            case NotifyType.TEMPORARY_FAILURE, NotifyType.STATE_NOT_FOUND ->
                    sa.schedule().postponeRekey(IkeTiming.retryNanos(turn), turn);
            case NotifyType.NO_ADDITIONAL_SAS -> {
                // RFC 7296 1.3: what cannot be rekeyed is made anew.
                sa.schedule().postponeRekey(IkeTiming.retryRefusedNanos(turn), turn);
                sa.tunnel().reauthenticate();
            }
            default -> {
                sa.schedule().postponeRekey(IkeTiming.retryRefusedNanos(turn), turn);
                sa.tunnel()
                        .condition()
                        .warn(
                                Reason.of(
                                                "peer %s refused to rekey the IKE SA (%s)"
                                                        .formatted(
                                                                sa.peerName(),
                                                                NotifyType.name(
                                                                        error.notifyType())))
                                        .peerSaid(error)
                                        .weSaid(offered),
                                turn);
            }
        }
    }

    static Octets octets(IkeSpi spi) {
        return Octets.copyOf(ByteBuffer.allocate(SPI_BYTES).putLong(spi.value()).array());
    }

    static IkeSpi spi(Octets octets) {
        return new IkeSpi(ByteBuffer.wrap(octets.toByteArray()).getLong());
    }

    @Override
    public void end(Turn turn) {
        keyExchange.close();
    }
}
