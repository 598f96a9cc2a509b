package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.crypto.InvalidPublicValueException;
import culvert.ike.crypto.KeyExchange;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.KePayload;
import culvert.ike.message.NoncePayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.SaPayload;
import culvert.model.Secret;
import java.util.List;
import java.util.Optional;

/** CREATE_CHILD_SA for the successor of the IKE SA, as its responder (RFC 7296 1.3.2, 2.18). */
final class RekeyIkeSaAnswer {
    private RekeyIkeSaAnswer() {}

    static void answer(IkeSa sa, IkeMessage request, DatagramReceived datagram, Turn turn)
            throws Refusal {
        RekeyCollision.checkIkeRekey(sa);
        if (IkeSaLimit.isReached(sa.tunnel())) {
            throw new Refusal(
                    NotifyType.NO_ADDITIONAL_SAS, Reason.of("too many IKE SAs wait for deletion"));
        }
        IkeTunnelSettings settings = sa.tunnel().settings();
        SaPayload offered =
                request.first(SaPayload.class).orElseThrow(() -> Refusal.syntax("no SA payload"));
        IkeProposals.Choice choice =
                IkeProposals.choose(settings.ikeProposals(), offered, RekeyIkeSa.SPI_BYTES)
                        .orElseThrow(
                                () ->
                                        new Refusal(
                                                NotifyType.NO_PROPOSAL_CHOSEN,
                                                Reason.of(
                                                                "peer %s rekeys the IKE SA with proposals that this tunnel does not allow"
                                                                        .formatted(sa.peerName()))
                                                        .peerSaid(OfferText.of(offered))
                                                        .weSaid(settings.ikeProposals())));
        IkeSuite suite = choice.suite();
        Octets nonceI = KeyExchangeGroups.nonce(request);
        KePayload theirs = KeyExchangeGroups.requireKe(request, suite.group());
        IkeSpi spiI = RekeyIkeSa.spi(choice.offered().spi());
        if (spiI.equals(IkeSpi.NONE)) {
            throw Refusal.syntax("the new IKE SA has the SPI zero");
        }
        IkeSpi spiR = turn.ikeSas().allocate(turn);
        Octets nonceR = turn.randomOctets(RekeyIkeSa.NONCE_BYTES);
        if (!suite.additional().isEmpty() && RekeyCollision.ourRekey(sa).isPresent()) {
            throw RekeyCollision.followups();
        }
        try (KeyExchange ours = KeyExchange.generate(suite.group(), turn.random())) {
            Secret shared = ours.sharedSecret(theirs.publicValue());
            Awaited.IkeRekey rekey =
                    new Awaited.IkeRekey(suite, shared, nonceI, nonceR, spiI, spiR);
            List<Payload> payloads =
                    List.of(
                            choice.answer(RekeyIkeSa.octets(spiR)),
                            new NoncePayload(nonceR),
                            new KePayload(suite.group().transformId(), ours.publicValue()));
            if (suite.additional().isEmpty()) {
                complete(
                        sa,
                        rekey,
                        Optional.empty(),
                        () -> sa.respond(request.header(), payloads, datagram, turn),
                        turn);
            } else {
                FollowupKeAnswer.begin(sa, rekey, request, payloads, datagram, turn);
            }
        } catch (InvalidPublicValueException e) {
            throw Refusal.syntax("the peer's public value is not valid: " + e.getMessage());
        }
    }

    /**
     * @param additional owned by this
     */
    static void complete(
            IkeSa sa,
            Awaited.IkeRekey rekey,
            Optional<Secret> additional,
            Runnable respond,
            Turn turn) {
        IkeSaKeys keys =
                IkeSaKeys.rekey(
                        rekey.suite(),
                        sa.channel().keys(),
                        rekey.sharedSecret(),
                        rekey.nonceI(),
                        rekey.nonceR(),
                        additional,
                        rekey.spiI(),
                        rekey.spiR());
        rekey.sharedSecret().close();
        additional.ifPresent(Secret::close);
        respond.run();
        IkeSa fresh =
                RekeyIkeSa.begin(
                        sa,
                        sa,
                        new IkeSaChannel(false, rekey.spiR(), rekey.spiI()),
                        keys,
                        RekeyIkeSa.lowest(rekey.nonceI(), rekey.nonceR()),
                        turn);
        RekeyCollision.ourRekey(sa).ifPresent(ours -> ours.crossedBy(fresh));
    }
}
