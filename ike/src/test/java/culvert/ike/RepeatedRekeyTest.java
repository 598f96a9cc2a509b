package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.DeletePayload;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.NoncePayload;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.Proposal;
import culvert.ike.message.ProtocolId;
import culvert.ike.message.SaPayload;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer that rekeys what it has already rekeyed, before it deletes it. */
class RepeatedRekeyTest {
    private final SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 5);

    @BeforeEach
    void establish() {
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
        network.onlyIf(transmit -> false);
    }

    /** What east would send, and how it would number it. */
    private IkeMessage request(IkeInput rekey) {
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        network.input(network.east(), rekey);
        return west.open(network.sent().getLast());
    }

    /** The same request for another new SA: other SPI, other nonce. */
    private static Payload[] again(IkeMessage request) {
        return request.payloads().stream()
                .map(
                        payload ->
                                switch (payload) {
                                    case SaPayload sa -> withOtherSpi(sa);
                                    case NoncePayload nonce ->
                                            new NoncePayload(inverted(nonce.nonce()));
                                    default -> payload;
                                })
                .toArray(Payload[]::new);
    }

    private static SaPayload withOtherSpi(SaPayload sa) {
        return new SaPayload(
                sa.proposals().stream()
                        .map(
                                p ->
                                        new Proposal(
                                                p.number(),
                                                p.protocolId(),
                                                inverted(p.spi()),
                                                p.transforms()))
                        .toList());
    }

    private static Octets inverted(Octets octets) {
        byte[] bytes = octets.toByteArray();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ~bytes[i];
        }
        return Octets.copyOf(bytes);
    }

    private static Octets spi(IkeMessage message) {
        return message.first(SaPayload.class).orElseThrow().proposals().getFirst().spi();
    }

    private static void assertPutOff(IkeMessage answer) {
        assertEquals(
                List.of(NotifyPayload.of(NotifyType.TEMPORARY_FAILURE)),
                answer.payloads(),
                answer::toString);
    }

    @Test
    void secondRekeyOfAChildSaIsPutOff() {
        // {N(REKEY_SA), SA, Ni, TSi, TSr} -->
        //                                      <-- {SA, Nr, TSi, TSr}
        // {N(REKEY_SA), SA, Ni, TSi, TSr} -->  (the same SPI in REKEY_SA)
        //                                      <-- {N(TEMPORARY_FAILURE)}
        // {D(old)} -->
        SimulatedGateway west = network.west();
        Octets old = Octets.ofInt(west.outbound().orElseThrow().sa().spi().value());
        IkeMessage request = request(new IkeInput.RekeyChildSa(Settings.TUNNEL));
        int id = request.header().messageId();
        Impersonator east = new Impersonator(network.east(), network.nowNanos());

        IkeMessage first =
                east.open(
                        east.request(
                                        west,
                                        Messages.CREATE_CHILD_SA,
                                        id,
                                        request.payloads().toArray(Payload[]::new))
                                .getFirst());
        assertTrue(first.first(SaPayload.class).isPresent());
        assertPutOff(
                east.open(
                        east.request(west, Messages.CREATE_CHILD_SA, id + 1, again(request))
                                .getFirst()));
        assertEquals(2, west.inbound().size());
        east.request(
                west,
                Messages.INFORMATIONAL,
                id + 2,
                new DeletePayload(ProtocolId.ESP, List.of(old)));

        assertEquals(spi(request), Octets.ofInt(west.outbound().orElseThrow().sa().spi().value()));
        assertEquals(1, west.ikeSas().getFirst().children().size());
        network.runFor(Duration.ofSeconds(6));
        assertEquals(1, west.inbound().size());
    }

    @Test
    void secondRekeyOfTheIkeSaIsPutOff() {
        // {SA, Ni, KEi} -->
        //                    <-- {SA, Nr, KEr}
        // {SA, Ni, KEi} -->  (on the old IKE SA)
        //                    <-- {N(TEMPORARY_FAILURE)}
        // {D(IKE SA)} -->
        SimulatedGateway west = network.west();
        IkeMessage request = request(new IkeInput.RekeyIkeSa(Settings.TUNNEL));
        int id = request.header().messageId();
        Impersonator east = new Impersonator(network.east(), network.nowNanos());

        IkeMessage first =
                east.open(
                        east.request(
                                        west,
                                        Messages.CREATE_CHILD_SA,
                                        id,
                                        request.payloads().toArray(Payload[]::new))
                                .getFirst());
        assertTrue(first.first(SaPayload.class).isPresent());
        assertPutOff(
                east.open(
                        east.request(west, Messages.CREATE_CHILD_SA, id + 1, again(request))
                                .getFirst()));
        assertEquals(2, west.ikeSas().size());
        east.request(
                west, Messages.INFORMATIONAL, id + 2, new DeletePayload(ProtocolId.IKE, List.of()));

        assertEquals(
                List.of(RekeyIkeSa.spi(spi(first))),
                west.ikeSas().stream().map(sa -> sa.channel().spi()).toList());
        assertEquals(TunnelState.UP, west.state());
        assertEquals(IkeSa.State.ESTABLISHED, west.ikeSas().getFirst().state());
    }
}
