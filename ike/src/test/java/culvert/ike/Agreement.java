package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.model.InboundSaParameters;
import culvert.model.OutboundSaParameters;
import java.util.Optional;

/** What must be true of both ends of a tunnel that has come to rest. */
final class Agreement {
    private Agreement() {}

    /** One IKE SA and one CHILD SA at each end, and they are the same ones. */
    static void assertOneOfEach(SimulatedNetwork network) {
        assertTrue(isOneOfEach(network), () -> network.east().log() + network.west().log());
        IkeSa east = network.east().ikeSas().getFirst();
        IkeSa west = network.west().ikeSas().getFirst();
        assertEquals(east.channel().initiatorSpi(), west.channel().initiatorSpi());
        assertEquals(east.channel().responderSpi(), west.channel().responderSpi());
        assertTrue(
                east.channel().originalInitiator() != west.channel().originalInitiator(),
                "each IKE SA has one initiator");
        assertCrosswise(network.east(), network.west());
        assertCrosswise(network.west(), network.east());
    }

    static boolean isOneOfEach(SimulatedNetwork network) {
        return network.bothUp()
                && isOneOfEach(network.east())
                && isOneOfEach(network.west())
                && isCrosswise(network.east(), network.west())
                && isCrosswise(network.west(), network.east());
    }

    private static boolean isOneOfEach(SimulatedGateway gateway) {
        return gateway.ikeSas().size() == 1
                && gateway.ikeSas().getFirst().state() == IkeSa.State.ESTABLISHED
                && gateway.ikeSas().getFirst().inFlight().isEmpty()
                && gateway.ikeSas().getFirst().children().size() == 1
                && gateway.inbound().size() == 1
                && gateway.outbound().isPresent();
    }

    private static boolean isCrosswise(SimulatedGateway from, SimulatedGateway to) {
        return to.inbound().containsKey(from.outbound().orElseThrow().sa().spi());
    }

    /** What one end seals the other can open, and expects. */
    static void assertCrosswise(SimulatedGateway from, SimulatedGateway to) {
        OutboundSaParameters outbound = from.outbound().orElseThrow().sa();
        InboundSaParameters inbound =
                Optional.ofNullable(to.inbound().get(outbound.spi())).orElseThrow();
        assertEquals(outbound.suite(), inbound.suite());
        assertEquals(outbound.keymat(), inbound.keymat());
        assertEquals(outbound.suite().keymatBytes(), inbound.keymat().length());
        assertEquals(outbound.sources(), inbound.sources());
        assertEquals(outbound.destinations(), inbound.destinations());
    }
}
