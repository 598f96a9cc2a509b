package culvert.ike;

import culvert.ike.crypto.InvalidPublicValueException;
import culvert.ike.crypto.KeyExchange;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.KePayload;
import culvert.ike.message.NoncePayload;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.SaPayload;
import culvert.ike.message.TsPayload;
import culvert.model.Secret;
import culvert.model.Spi;
import culvert.model.TrafficSelector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The CHILD SA that we propose as initiator of an exchange: SA, [Ni, [KEi,]] TSi, TSr.
 *
 * <p>Owns the key pair of KEi, and the SPI until it is accepted.
 */
final class ChildOffer {
    private static final int NONCE_BYTES = 32;

    /** What a peer may delete before it is known here: it makes one CHILD SA of this offer. */
    private static final int MAX_DELETED = 64;

    private final IkeTunnelSettings settings;
    private final Spi spi;
    private final boolean inAuth;
    private final Octets nonce;
    private final Optional<KeyExchange> keyExchange;
    private final Set<Spi> deletedByPeer = new HashSet<>();
    private boolean spiHandedOn;

    private ChildOffer(
            IkeTunnelSettings settings,
            boolean inAuth,
            Octets nonce,
            Optional<KeyExchange> keyExchange,
            Turn turn) {
        this.settings = settings;
        this.spi = turn.espSpis().allocate(turn);
        this.inAuth = inAuth;
        this.nonce = nonce;
        this.keyExchange = keyExchange;
    }

    /** For IKE_AUTH, where the nonces of IKE_SA_INIT serve and there is no KE (RFC 7296 1.2). */
    static ChildOffer inAuth(IkeTunnelSettings settings, Octets nonceI, Turn turn) {
        return new ChildOffer(settings, true, nonceI, Optional.empty(), turn);
    }

    /** For CREATE_CHILD_SA; with a group there is a key exchange of its own (RFC 7296 1.3.1). */
    static ChildOffer inCreateChildSa(
            IkeTunnelSettings settings, Optional<KeyExchangeGroup> group, Turn turn) {
        return new ChildOffer(
                settings,
                false,
                turn.randomOctets(NONCE_BYTES),
                group.map(g -> KeyExchange.generate(g, turn.random())),
                turn);
    }

    Spi spi() {
        return spi;
    }

    List<Payload> payloads() {
        List<Payload> payloads = new ArrayList<>();
        payloads.add(EspProposals.offer(settings.espProposals(), spi, !inAuth));
        if (!inAuth) {
            payloads.add(new NoncePayload(nonce));
        }
        keyExchange.ifPresent(
                ke -> payloads.add(new KePayload(ke.group().transformId(), ke.publicValue())));
        payloads.add(new TsPayload(Side.INITIATOR, settings.localSelectors()));
        payloads.add(new TsPayload(Side.RESPONDER, settings.remoteSelectors()));
        return payloads;
    }

    /** The group that an INVALID_KE_PAYLOAD asks for, when we may follow (RFC 7296 1.3). */
    Optional<KeyExchangeGroup> groupAskedFor(NotifyPayload invalidKe) {
        return KeyExchangeGroups.askedFor(invalidKe)
                .flatMap(id -> EspProposals.group(settings.espProposals(), id))
                .filter(group -> keyExchange.map(ke -> ke.group() != group).orElse(true));
    }

    /** The peer deletes something unknown: perhaps what its response, still under way, names. */
    void peerDeleted(Spi spi) {
        if (deletedByPeer.size() < MAX_DELETED) {
            deletedByPeer.add(spi);
        }
    }

    /** Whether the DELETE of this CHILD SA has overtaken the response that made it. */
    boolean isDeleted(ChildAgreement agreement) {
        return deletedByPeer.contains(agreement.outboundSpi());
    }

    /**
     * What the peer's response makes of the offer.
     *
     * @param nonceR of IKE_SA_INIT in IKE_AUTH; otherwise the response's own counts
     * @throws Refusal when the response says no, or something that we did not offer
     */
    ChildAgreement accept(IkeMessage response, Octets nonceR) throws Refusal {
        SaPayload sa =
                response.first(SaPayload.class)
                        .orElseThrow(() -> Refusal.syntax("the answer has no SA payload"));
        EspProposals.Choice choice =
                EspProposals.accept(settings.espProposals(), sa, !inAuth)
                        .orElseThrow(
                                () ->
                                        new Refusal(
                                                NotifyType.NO_PROPOSAL_CHOSEN,
                                                Reason.of(
                                                                "the peer chose an ESP proposal"
                                                                        + " that we did not offer")
                                                        .weSaid(settings.espProposals())));
        List<TrafficSelector> local = selectors(response, Side.INITIATOR);
        List<TrafficSelector> remote = selectors(response, Side.RESPONDER);
        // RFC 7296 2.9: the responder may narrow what we offered, never widen it.
        if (!SelectorNarrowing.isWithin(local, settings.localSelectors())
                || !SelectorNarrowing.isWithin(remote, settings.remoteSelectors())) {
            throw new Refusal(
                    NotifyType.TS_UNACCEPTABLE,
                    Reason.of("the peer answered with traffic selectors that we did not offer")
                            .peerSaid(local + " === " + remote)
                            .weSaid(
                                    settings.localSelectors()
                                            + " === "
                                            + settings.remoteSelectors()));
        }
        Octets responderNonce = inAuth ? nonceR : KeyExchangeGroups.nonce(response);
        Optional<Secret> sharedSecret = sharedSecret(choice, response);
        spiHandedOn = true;
        return new ChildAgreement(
                choice.ours(),
                spi,
                choice.peerSpi(),
                local,
                remote,
                nonce,
                responderNonce,
                sharedSecret,
                Optional.empty(),
                true);
    }

    private Optional<Secret> sharedSecret(EspProposals.Choice choice, IkeMessage response)
            throws Refusal {
        Optional<KeyExchangeGroup> group = choice.group();
        if (group.isEmpty()) {
            return Optional.empty();
        }
        KeyExchange ours =
                keyExchange
                        .filter(ke -> ke.group() == group.get())
                        .orElseThrow(
                                () ->
                                        Refusal.syntax(
                                                "the peer chose a group without asking for its"
                                                        + " public value"));
        KePayload theirs = KeyExchangeGroups.requireKe(response, group.get());
        try {
            return Optional.of(ours.sharedSecret(theirs.publicValue()));
        } catch (InvalidPublicValueException e) {
            throw Refusal.syntax("the peer's public value is not valid: " + e.getMessage());
        }
    }

    static List<TrafficSelector> selectors(IkeMessage message, Side side) {
        return message.all(TsPayload.class)
                .filter(ts -> ts.side() == side)
                .findFirst()
                .map(TsPayload::selectors)
                .orElse(List.of());
    }

    /** Wipes the key pair; gives the SPI back unless a CHILD SA has it now. */
    void end(Turn turn) {
        keyExchange.ifPresent(KeyExchange::close);
        if (!spiHandedOn) {
            spiHandedOn = true;
            turn.espSpis().release(spi);
        }
    }
}
