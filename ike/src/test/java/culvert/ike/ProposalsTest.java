package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.crypto.EspProposal;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.message.Octets;
import culvert.ike.message.Proposal;
import culvert.ike.message.ProtocolId;
import culvert.ike.message.SaPayload;
import culvert.ike.message.Transform;
import culvert.model.Spi;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Choosing from an offer, and checking what the peer chose from ours (RFC 7296 3.3.6). */
class ProposalsTest {
    private static final Transform GCM256 = Transform.of(Transform.ENCR, 20, 256);
    private static final Transform GCM128 = Transform.of(Transform.ENCR, 20, 128);
    private static final Transform CBC256 = Transform.of(Transform.ENCR, 12, 256);
    private static final Transform PRF384 = Transform.of(Transform.PRF, 6);
    private static final Transform PRF256 = Transform.of(Transform.PRF, 5);
    private static final Transform INTEG_NONE = Transform.of(Transform.INTEG, 0);
    private static final Transform SHA256 = Transform.of(Transform.INTEG, 12);
    private static final Transform ECP384 = Transform.of(Transform.KE, 20);
    private static final Transform KE_NONE = Transform.of(Transform.KE, 0);
    private static final Transform NO_ESN = Transform.of(Transform.ESN, 0);
    private static final Transform ESN = Transform.of(Transform.ESN, 1);

    private static List<IkeSuite> ike(String... suites) {
        return Arrays.stream(suites).map(IkeSuite::parse).toList();
    }

    private static List<EspProposal> esp(String... proposals) {
        return Arrays.stream(proposals).map(EspProposal::parse).toList();
    }

    private static SaPayload ikeOffer(Transform... transforms) {
        return new SaPayload(
                List.of(new Proposal(1, ProtocolId.IKE, Octets.EMPTY, List.of(transforms))));
    }

    private static SaPayload espOffer(Transform... transforms) {
        return new SaPayload(
                List.of(
                        new Proposal(
                                1, ProtocolId.ESP, Octets.ofInt(0xC0FFEE), List.of(transforms))));
    }

    @Test
    void offerIsOneProposalPerSuite() {
        SaPayload offer =
                IkeProposals.offer(
                        ike("aes256gcm16-prfsha384-ecp384", "aes256-sha256-ecp384"), Octets.EMPTY);

        assertEquals(List.of(GCM256, PRF384, ECP384), offer.proposals().get(0).transforms());
        assertEquals(
                List.of(CBC256, PRF256, SHA256, ECP384), offer.proposals().get(1).transforms());
        assertEquals(2, offer.proposals().get(1).number());
    }

    @Test
    void picksFromSeveralTransformsOfOneProposal() {
        Optional<IkeProposals.Choice> choice =
                IkeProposals.choose(
                        ike("aes256gcm16-prfsha384-ecp384"),
                        ikeOffer(GCM128, GCM256, PRF256, PRF384, Transform.of(4, 14), ECP384),
                        0);

        assertEquals(
                List.of(GCM256, PRF384, ECP384),
                choice.orElseThrow().answer(Octets.EMPTY).proposals().getFirst().transforms());
    }

    @Test
    void integrityNoneGoesWithAnAeadAndIsAnswered() {
        Optional<IkeProposals.Choice> choice =
                IkeProposals.choose(
                        ike("aes256gcm16-prfsha384-ecp384"),
                        ikeOffer(GCM256, PRF384, INTEG_NONE, ECP384),
                        0);

        assertEquals(
                List.of(GCM256, PRF384, INTEG_NONE, ECP384),
                choice.orElseThrow().answer(Octets.EMPTY).proposals().getFirst().transforms());
    }

    @Test
    void refusesWhatItMustNotChoose() {
        List<IkeSuite> ours = ike("aes256gcm16-prfsha384-ecp384");
        Transform attribute = new Transform(Transform.ENCR, 20, 256, true);
        for (SaPayload offer :
                List.of(
                        ikeOffer(GCM128, PRF384, ECP384),
                        ikeOffer(GCM256, PRF256, ECP384),
                        ikeOffer(GCM256, PRF384, Transform.of(4, 14)),
                        ikeOffer(GCM256, PRF384),
                        ikeOffer(GCM256, PRF384, SHA256, ECP384),
                        ikeOffer(attribute, PRF384, ECP384),
                        ikeOffer(GCM256, PRF384, ECP384, Transform.of(99, 1)),
                        ikeOffer(Transform.of(Transform.ENCR, 20), PRF384, ECP384),
                        ikeOffer(GCM256, Transform.of(Transform.PRF, 6, 256), ECP384),
                        ikeOffer(Transform.of(Transform.ENCR, 20, 255), PRF384, ECP384),
                        espOffer(GCM256, PRF384, ECP384))) {
            assertTrue(IkeProposals.choose(ours, offer, 0).isEmpty(), offer::toString);
        }
        assertTrue(
                IkeProposals.choose(ours, ikeOffer(GCM256, PRF384, ECP384), 8).isEmpty(),
                "a rekeyed IKE SA needs an SPI of eight octets");
    }

    @Test
    void acceptsOnlyExactlyOneOfItsOwn() {
        List<IkeSuite> ours = ike("aes256gcm16-prfsha384-ecp384", "aes256-sha256-ecp384");
        assertTrue(IkeProposals.accept(ours, ikeOffer(GCM256, PRF384, ECP384), 0).isPresent());

        List<SaPayload> wrong = new ArrayList<>();
        wrong.add(ikeOffer(GCM128, PRF384, ECP384));
        wrong.add(ikeOffer(GCM256, PRF384));
        wrong.add(ikeOffer(GCM256, GCM256, PRF384, ECP384));
        wrong.add(ikeOffer(CBC256, PRF256, SHA256, ECP384));
        wrong.add(
                new SaPayload(
                        List.of(
                                new Proposal(
                                        3,
                                        ProtocolId.IKE,
                                        Octets.EMPTY,
                                        List.of(GCM256, PRF384, ECP384)))));
        Proposal good =
                new Proposal(1, ProtocolId.IKE, Octets.EMPTY, List.of(GCM256, PRF384, ECP384));
        wrong.add(new SaPayload(List.of(good, good)));
        wrong.add(new SaPayload(List.of()));
        for (SaPayload answer : wrong) {
            assertTrue(IkeProposals.accept(ours, answer, 0).isEmpty(), answer::toString);
        }
    }

    @Test
    void espOfferHasGroupsOutsideIkeAuthOnly() {
        List<EspProposal> ours = esp("aes256gcm16-ecp384");

        assertEquals(
                List.of(GCM256, NO_ESN),
                EspProposals.offer(ours, new Spi(0x1000), false)
                        .proposals()
                        .getFirst()
                        .transforms());
        assertEquals(
                List.of(GCM256, ECP384, NO_ESN),
                EspProposals.offer(ours, new Spi(0x1000), true)
                        .proposals()
                        .getFirst()
                        .transforms());
    }

    @Test
    void groupsInIkeAuthAreIgnored() {
        Optional<EspProposals.Choice> choice =
                EspProposals.choose(
                        esp("aes256gcm16-ecp384"),
                        espOffer(GCM256, Transform.of(4, 14), NO_ESN),
                        false);

        assertEquals(
                List.of(GCM256, NO_ESN),
                choice.orElseThrow().answer(new Spi(0x1000)).proposals().getFirst().transforms());
    }

    @Test
    void perfectForwardSecrecyIsNotNegotiatedAway() {
        assertTrue(
                EspProposals.choose(esp("aes256gcm16-ecp384"), espOffer(GCM256, NO_ESN), true)
                        .isEmpty());
        assertTrue(
                EspProposals.choose(
                                esp("aes256gcm16-ecp384"), espOffer(GCM256, KE_NONE, NO_ESN), true)
                        .isEmpty());
        assertTrue(
                EspProposals.choose(esp("aes256gcm16"), espOffer(GCM256, KE_NONE, NO_ESN), true)
                        .isPresent());
        assertTrue(
                EspProposals.choose(esp("aes256gcm16"), espOffer(GCM256, ECP384, NO_ESN), true)
                        .isEmpty());
    }

    @Test
    void extendedSequenceNumbersAreChosenOnlyWhereConfigured() {
        assertTrue(EspProposals.choose(esp("aes256gcm16"), espOffer(GCM256, ESN), true).isEmpty());
        assertTrue(
                EspProposals.choose(esp("aes256gcm16-esn"), espOffer(GCM256, NO_ESN), true)
                        .isEmpty());
        assertEquals(
                List.of(GCM256, ESN),
                EspProposals.choose(esp("aes256gcm16-esn"), espOffer(GCM256, ESN, NO_ESN), true)
                        .orElseThrow()
                        .answer(new Spi(0x1000))
                        .proposals()
                        .getFirst()
                        .transforms());
        assertEquals(
                List.of(GCM256, NO_ESN),
                EspProposals.choose(esp("aes256gcm16"), espOffer(GCM256, ESN, NO_ESN), true)
                        .orElseThrow()
                        .answer(new Spi(0x1000))
                        .proposals()
                        .getFirst()
                        .transforms());
    }

    /** RFC 7296 3.3.3: ESN is mandatory in proposals for ESP. */
    @Test
    void espWithoutAWordOnSequenceNumbersIsRefused() {
        assertTrue(EspProposals.choose(esp("aes256gcm16"), espOffer(GCM256), true).isEmpty());
        assertTrue(
                EspProposals.choose(
                                esp("aes256gcm16"),
                                espOffer(GCM256, Transform.of(Transform.INTEG, 12), NO_ESN),
                                true)
                        .isEmpty(),
                "an AEAD goes without integrity");
    }

    @Test
    void reservedSpiIsRefused() {
        SaPayload offer =
                new SaPayload(
                        List.of(
                                new Proposal(
                                        1,
                                        ProtocolId.ESP,
                                        Octets.ofInt(255),
                                        List.of(GCM256, NO_ESN))));

        assertTrue(EspProposals.choose(esp("aes256gcm16"), offer, true).isEmpty());
    }

    @Test
    void offersReadAsTheConfigurationWritesThem() {
        assertEquals(
                "aes256gcm16-prfsha384-ecp384", OfferText.of(ikeOffer(GCM256, PRF384, ECP384)));
        assertEquals(
                "aes256gcm16-4/99-esn", OfferText.of(espOffer(GCM256, Transform.of(4, 99), ESN)));
    }
}
