package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.DeletePayload;
import culvert.ike.message.Octets;
import culvert.ike.message.ProtocolId;
import culvert.model.Spi;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** INFORMATIONAL with Delete payloads, both ways. */
class DeletionTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 5);

    @BeforeEach
    void up() {
        network.up();
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    private static void assertGone(SimulatedGateway gateway) {
        assertTrue(gateway.ikeSas().isEmpty());
        assertTrue(gateway.inbound().isEmpty());
        assertTrue(gateway.outbound().isEmpty());
    }

    @Test
    void operatorTakesTheTunnelDown() {
        // INFORMATIONAL {D(IKE)} -->   <-- {}
        network.input(network.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
        assertEquals(TunnelState.DOWN, network.east().state());
        network.runFor(Duration.ofSeconds(1));

        assertGone(network.east());
        assertGone(network.west());
        assertEquals(TunnelState.CONNECTING, network.west().state());
        assertTrue(
                network.west()
                        .status(network.nowNanos())
                        .reason()
                        .orElseThrow()
                        .contains("deleted the IKE SA"));
        assertTrue(network.west().status(network.nowNanos()).nextAttemptSeconds().isEmpty());
    }

    @Test
    void everyLossIsNews() {
        for (int loss = 1; loss <= 2; loss++) {
            network.input(network.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
            network.runFor(Duration.ofSeconds(1));
            long warnings =
                    network.west().events().stream()
                            .filter(event -> event.severity() == IkeEvent.Severity.WARNING)
                            .count();
            assertEquals(loss, warnings);
            network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
            network.runFor(Duration.ofSeconds(1));
        }
    }

    @Test
    void downStaysDownAndUpComesBack() {
        network.input(network.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
        network.runFor(Duration.ofHours(1));
        assertEquals(TunnelState.DOWN, network.east().state());

        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    @Test
    void tunnelThatIsDownDoesNotAnswer() {
        network.input(network.west(), new IkeInput.TunnelDown(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(20));

        assertTrue(network.west().count(IkeCounter.DROPPED_TUNNEL_DOWN) > 0);
        assertEquals(TunnelState.DOWN, network.west().state());
        assertGone(network.west());
    }

    @Test
    void initiatorReturnsAtOnceWhenThePeerDeletes() {
        // <-- INFORMATIONAL {D(IKE)}, then IKE_SA_INIT -->
        network.runFor(Duration.ofMinutes(3));
        network.input(network.west(), new IkeInput.TunnelDown(Settings.TUNNEL));
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        network.runFor(Duration.ofMillis(100));

        assertEquals(TunnelState.UP, network.east().state());
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    @Test
    void deletionInALoopBacksOff() {
        // A peer that accepts and deletes at once must not be flooded.
        for (int i = 0; i < 1_000; i++) {
            network.input(network.west(), new IkeInput.TunnelDown(Settings.TUNNEL));
            network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
            network.runFor(Duration.ofMillis(100));
        }

        int attempts = network.east().status(network.nowNanos()).attempts();
        assertTrue(attempts < 20, "" + attempts);
    }

    @Test
    void unansweredDeletionEndsAnyway() {
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
        assertOutOfTheDataplane(network.east());
        network.runFor(Duration.ofSeconds(6));

        assertGone(network.east());
    }

    /** The dataplane stops at once; the IKE SA waits for its answer. */
    private static void assertOutOfTheDataplane(SimulatedGateway gateway) {
        assertTrue(gateway.inbound().isEmpty());
        assertTrue(gateway.outbound().isEmpty());
    }

    @Test
    void shutdownDeletesAndStaysQuiet() {
        network.input(network.west(), new IkeInput.ShutdownRequested());
        network.runFor(Duration.ofSeconds(1));
        assertGone(network.west());
        assertOutOfTheDataplane(network.east());

        network.runFor(Duration.ofSeconds(30));
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        assertGone(network.west());
        assertTrue(network.west().count(IkeCounter.DROPPED_SHUTTING_DOWN) > 0);
    }

    @Test
    void childThatThePeerDeletesIsCreatedAnew() {
        // <-- INFORMATIONAL {D(ESP)}   {D(ESP)} -->
        // CREATE_CHILD_SA {SA, Ni, TSi, TSr} -->   <-- {SA, Nr, TSi, TSr}
        Spi westInbound = network.west().inbound().keySet().iterator().next();
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        IkeAction.Transmit response =
                west.request(
                                network.east(),
                                Messages.INFORMATIONAL,
                                0,
                                new DeletePayload(
                                        ProtocolId.ESP, List.of(Octets.ofInt(westInbound.value()))))
                        .getFirst();

        DeletePayload answered = west.open(response).first(DeletePayload.class).orElseThrow();
        assertEquals(1, answered.spis().size());
        assertEquals(ProtocolId.ESP, answered.protocolId());
        assertTrue(
                network.east().history().stream()
                        .anyMatch(IkeAction.RemoveOutboundSa.class::isInstance));
        IkeSa sa = network.east().ikeSas().getFirst();
        assertTrue(
                sa.inFlight().orElseThrow().exchange() instanceof CreateChildSa,
                "the CHILD SA is asked for again");
    }

    @Test
    void childThatThePeerDeletesAgainAndAgainIsCreatedWithPauses() {
        network.runFor(Duration.ofSeconds(1));
        int before = network.sent().size();
        for (int i = 0; i < 250; i++) {
            network.west().ikeSas().getFirst().children().forEach(ChildSa::wantDelete);
            network.input(network.west(), new IkeInput.TimerDue());
            network.runFor(Duration.ofMillis(100));
        }
        long created =
                network.sent().stream()
                        .skip(before)
                        .filter(t -> Messages.isRequest(t, Messages.CREATE_CHILD_SA))
                        .count();

        assertTrue(created >= 4 && created <= 13, created + " in 25 s");
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
    }

    @Test
    void unknownSpisInADeletionAreIgnored() {
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        IkeAction.Transmit response =
                west.request(
                                network.east(),
                                Messages.INFORMATIONAL,
                                0,
                                new DeletePayload(
                                        ProtocolId.ESP, List.of(Octets.ofInt(0x01020304))),
                                new DeletePayload(ProtocolId.AH, List.of(Octets.ofInt(0x01020304))))
                        .getFirst();

        assertTrue(west.open(response).payloads().isEmpty());
        Agreement.assertOneOfEach(network);
    }

    @Test
    void bothDeleteTheIkeSaAtOnce() {
        network.input(network.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
        network.input(network.west(), new IkeInput.TunnelDown(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(1));

        assertGone(network.east());
        assertGone(network.west());
    }

    @Test
    void downDuringTheAttemptTellsThePeerOnceItCan() {
        SimulatedNetwork fresh =
                new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 5);
        fresh.up();
        // IKE_AUTH is under way: the responder will be established, and must learn.
        fresh.runFor(Duration.ofMillis(11));
        fresh.input(fresh.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
        fresh.runFor(Duration.ofSeconds(1));

        assertGone(fresh.east());
        assertGone(fresh.west());
    }
}
