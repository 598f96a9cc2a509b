package culvert.ike;

import culvert.ike.crypto.InvalidPublicValueException;
import culvert.ike.crypto.KeyExchange;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.KePayload;
import culvert.ike.message.NoncePayload;
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
import java.util.List;
import java.util.Optional;

/**
 * Our answer to a CHILD SA that the peer proposes: SA, [Nr, [KEr,]] TSi, TSr.
 *
 * <p>USE_TRANSPORT_MODE stays without an answer, which makes it tunnel mode (RFC 7296 1.3.1).
 */
record ChildAnswer(ChildAgreement agreement, List<Payload> payloads) {
    private static final int NONCE_BYTES = 32;

    /** In IKE_AUTH: the nonces are those of IKE_SA_INIT. */
    static ChildAnswer inAuth(IkeSa sa, IkeMessage request, Octets nonceI, Octets nonceR, Turn turn)
            throws Refusal {
        requireWay(sa);
        IkeTunnelSettings settings = sa.tunnel().settings();
        EspProposals.Choice choice = choose(settings, request, false);
        return answer(settings, request, choice, nonceI, nonceR, Optional.empty(), turn);
    }

    /** In CREATE_CHILD_SA: with nonces and, for PFS, a key exchange of its own. */
    static ChildAnswer inCreateChildSa(IkeSa sa, IkeMessage request, Turn turn) throws Refusal {
        requireWay(sa);
        IkeTunnelSettings settings = sa.tunnel().settings();
        EspProposals.Choice choice = choose(settings, request, true);
        if (request.all(TsPayload.class).map(TsPayload::side).distinct().count() < 2) {
            throw Refusal.syntax("the request lacks traffic selectors");
        }
        if (ChildSa.named(sa, choice.peerSpi()).isPresent()) {
            // DELETE and REKEY_SA would name two at once; a peer that comes again draws another.
            throw new Refusal(
                    NotifyType.TEMPORARY_FAILURE,
                    Reason.of("the peer offers an SPI that a CHILD SA of this IKE SA has"));
        }
        Octets nonceI = KeyExchangeGroups.nonce(request);
        Octets nonceR = turn.randomOctets(NONCE_BYTES);
        if (choice.group().isEmpty()) {
            return answer(settings, request, choice, nonceI, nonceR, Optional.empty(), turn);
        }
        KeyExchangeGroup group = choice.group().get();
        KePayload theirs = KeyExchangeGroups.requireKe(request, group);
        try (KeyExchange ours = KeyExchange.generate(group, turn.random())) {
            Secret shared = ours.sharedSecret(theirs.publicValue());
            ChildAnswer answer =
                    answer(settings, request, choice, nonceI, nonceR, Optional.of(shared), turn);
            answer.payloads.add(2, new KePayload(group.transformId(), ours.publicValue()));
            return answer;
        } catch (InvalidPublicValueException e) {
            throw Refusal.syntax("the peer's public value is not valid: " + e.getMessage());
        }
    }

    /** RFC 7296 3.10.1: NO_PROPOSAL_CHOSEN is also for what stands beside the SA payload. */
    private static void requireWay(IkeSa sa) throws Refusal {
        Optional<Reason> noWay = sa.path().noWayFor(sa.tunnel().settings().encapsulation());
        if (noWay.isPresent()) {
            throw new Refusal(NotifyType.NO_PROPOSAL_CHOSEN, noWay.get());
        }
    }

    private static EspProposals.Choice choose(
            IkeTunnelSettings settings, IkeMessage request, boolean keyExchange) throws Refusal {
        SaPayload offered =
                request.first(SaPayload.class)
                        .orElseThrow(() -> Refusal.syntax("the request has no SA payload"));
        return EspProposals.choose(settings.espProposals(), offered, keyExchange)
                .orElseThrow(
                        () ->
                                new Refusal(
                                        NotifyType.NO_PROPOSAL_CHOSEN,
                                        Reason.of(
                                                        "the peer offers no ESP proposal that this"
                                                                + " tunnel allows: give both sides one"
                                                                + " in common")
                                                .peerSaid(OfferText.of(offered))
                                                .weSaid(settings.espProposals())));
    }

    private static ChildAnswer answer(
            IkeTunnelSettings settings,
            IkeMessage request,
            EspProposals.Choice choice,
            Octets nonceI,
            Octets nonceR,
            Optional<Secret> sharedSecret,
            Turn turn)
            throws Refusal {
        // The initiator's side is the peer's.
        List<TrafficSelector> tsI = ChildOffer.selectors(request, Side.INITIATOR);
        List<TrafficSelector> tsR = ChildOffer.selectors(request, Side.RESPONDER);
        List<TrafficSelector> remote = SelectorNarrowing.narrow(tsI, settings.remoteSelectors());
        List<TrafficSelector> local = SelectorNarrowing.narrow(tsR, settings.localSelectors());
        if (remote.isEmpty() || local.isEmpty()) {
            sharedSecret.ifPresent(Secret::close);
            throw new Refusal(
                    NotifyType.TS_UNACCEPTABLE,
                    Reason.of(
                                    "the peer's traffic selectors have nothing in common with"
                                            + " ours: compare them on both sides")
                            .peerSaid(tsI + " === " + tsR)
                            .weSaid(
                                    settings.remoteSelectors()
                                            + " === "
                                            + settings.localSelectors()));
        }
        Spi spi = turn.espSpis().allocate(turn);
        List<Payload> payloads = new ArrayList<>();
        payloads.add(choice.answer(spi));
        if (choice.keyExchange()) {
            payloads.add(new NoncePayload(nonceR));
        }
        payloads.add(new TsPayload(Side.INITIATOR, remote));
        payloads.add(new TsPayload(Side.RESPONDER, local));
        return new ChildAnswer(
                new ChildAgreement(
                        choice.ours(),
                        spi,
                        choice.peerSpi(),
                        local,
                        remote,
                        nonceI,
                        nonceR,
                        sharedSecret,
                        Optional.empty(),
                        false),
                payloads);
    }
}
