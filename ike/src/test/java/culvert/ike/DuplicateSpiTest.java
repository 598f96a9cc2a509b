package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.IkeMessage;
import culvert.ike.message.NoncePayload;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.ProtocolId;
import culvert.ike.message.TsPayload;
import culvert.model.Spi;
import culvert.model.TrafficSelector;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer that gives one ESP SPI to two CHILD SAs: the newer must not fall with the older. */
class DuplicateSpiTest {
    private final SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 73);

    @BeforeEach
    void up() {
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
    }

    @Test
    void rekeyToTheSameSpiIsPutOff() {
        //                          <-- {N(REKEY_SA, x), SA(x), Ni, TSi, TSr}
        // {N(TEMPORARY_FAILURE)} -->
        Spi used = network.east().outbound().orElseThrow().sa().spi();
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        List<TrafficSelector> any = List.of(TrafficSelector.ANY_IPV4);
        IkeMessage answer =
                west.open(
                        west.request(
                                        network.east(),
                                        Messages.CREATE_CHILD_SA,
                                        0,
                                        new NotifyPayload(
                                                ProtocolId.ESP,
                                                Octets.ofInt(used.value()),
                                                NotifyType.REKEY_SA,
                                                Octets.EMPTY),
                                        EspProposals.offer(
                                                Settings.west().build().espProposals(), used, true),
                                        new NoncePayload(Octets.copyOf(new byte[32])),
                                        new TsPayload(Side.INITIATOR, any),
                                        new TsPayload(Side.RESPONDER, any))
                                .getFirst());

        assertEquals(NotifyType.TEMPORARY_FAILURE, answer.error().orElseThrow().notifyType());
        assertEquals(used, network.east().outbound().orElseThrow().sa().spi());
        assertEquals(1, network.east().inbound().size());
    }

    /** West draws the same octets again when it comes back, and so the same SPIs. */
    @Test
    void restartedPeerMayDrawTheSameSpiAgain() {
        SimulatedNetwork twins =
                new SimulatedNetwork(Settings.east().build(), Settings.west().build(), 73);
        twins.west().restart(5);
        twins.input(twins.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        twins.input(twins.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        twins.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(30));
        for (int i = 0; i < 3; i++) {
            twins.west().restart(5);
            twins.input(twins.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
            twins.runFor(Duration.ofSeconds(20));
            twins.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(2));
        }

        Agreement.assertOneOfEach(twins);
        assertTrue(twins.east().outbound().isPresent());
    }
}
