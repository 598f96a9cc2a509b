package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A fault of our own ends the IKE SAs of one tunnel and nothing else. */
class FaultContainmentTest {
    /** Fails when told to, as no real source of randomness should. */
    private static final class FailingRandom extends SecureRandom {
        private static final long serialVersionUID = 1;
        private transient boolean failing;

        @Override
        public void nextBytes(byte[] bytes) {
            if (failing) {
                throw new IllegalStateException("no randomness today");
            }
            super.nextBytes(bytes);
        }
    }

    @Test
    void otherTunnelsDoNotNotice() {
        InetAddress other = InetAddress.ofLiteral("198.18.0.12");
        FailingRandom random = new FailingRandom();
        IkeEndpoint endpoint =
                new IkeEndpoint(
                        List.of(
                                Settings.east().name("one").build(),
                                Settings.between(Settings.EAST, other)
                                        .name("two")
                                        .respond()
                                        .build()),
                        random);
        SimulatedGateway peer =
                new SimulatedGateway(List.of(Settings.between(other, Settings.EAST).build()), 1);
        endpoint.handle(new IkeInput.TunnelUp("two"), 0, 0);
        List<IkeAction.Transmit> toEndpoint =
                peer.handle(new IkeInput.TunnelUp(Settings.TUNNEL), 0);
        for (int i = 0; i < 2; i++) {
            toEndpoint = peer.handle(received(sent(endpoint, toEndpoint.getFirst(), 0)), 0);
        }
        assertEquals(TunnelState.UP, endpoint.status("two", 0).state());

        random.failing = true;
        List<IkeAction> actions = endpoint.handle(new IkeInput.TunnelUp("one"), 0, 0);
        random.failing = false;
        assertTrue(
                actions.stream()
                        .anyMatch(
                                action ->
                                        action instanceof IkeAction.Report report
                                                && report.event().severity()
                                                        == IkeEvent.Severity.ERROR));
        assertEquals(1, endpoint.counters().get(IkeCounter.INTERNAL_ERRORS));
        assertEquals(TunnelState.UP, endpoint.status("two", 0).state());
        assertEquals(TunnelState.CONNECTING, endpoint.status("one", 0).state());

        // And the tunnel tries again.
        long later = Duration.ofSeconds(61).toNanos();
        List<IkeAction> retried = endpoint.handle(new IkeInput.TimerDue(), later, 0);
        assertTrue(retried.stream().anyMatch(IkeAction.Transmit.class::isInstance));
    }

    private static IkeAction.Transmit sent(
            IkeEndpoint endpoint, IkeAction.Transmit transmit, long nowNanos) {
        return endpoint.handle(received(transmit), nowNanos, 0).stream()
                .filter(IkeAction.Transmit.class::isInstance)
                .map(IkeAction.Transmit.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static IkeInput.DatagramReceived received(IkeAction.Transmit transmit) {
        InetSocketAddress to = transmit.remote();
        return new IkeInput.DatagramReceived(to, transmit.local(), transmit.message());
    }

    @Test
    void unknownTunnelIsTheCallersMistake() {
        IkeEndpoint endpoint =
                new IkeEndpoint(List.of(Settings.east().build()), new DeterministicRandom(1));

        assertThrows(
                IllegalArgumentException.class,
                () -> endpoint.handle(new IkeInput.TunnelUp("nobody"), 0, 0));
        assertThrows(IllegalArgumentException.class, () -> endpoint.status("nobody", 0));
    }

    @Test
    void twoTunnelsOfOneNameAreRefused() {
        IkeTunnelSettings settings = Settings.east().build();

        assertThrows(
                IllegalArgumentException.class,
                () -> new IkeEndpoint(List.of(settings, settings), new DeterministicRandom(1)));
    }

    @Test
    void sameSeedSameActions() {
        assertEquals(transcript(3), transcript(3));
    }

    private static List<String> transcript(long seed) {
        SimulatedNetwork network =
                new SimulatedNetwork(Settings.east().build(), Settings.west().build(), seed);
        network.up();
        network.runFor(Duration.ofHours(2));
        return network.sent().stream()
                .map(t -> t.local() + " " + java.util.HexFormat.of().formatHex(t.message()))
                .toList();
    }
}
