package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.ExchangeType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are sent again, and responses that are sent again because of it. */
class RetransmissionTest {
    private final SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 13);

    private void up() {
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
    }

    @Test
    void intervalsDoubleFromHalfASecond() {
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        List<Long> sentNanos = new ArrayList<>();
        long started = network.nowNanos();
        for (int i = 0; i < 3_000; i++) {
            if (network.sent().size() > sentNanos.size()) {
                sentNanos.add(network.nowNanos() - started);
            }
            network.runFor(Duration.ofMillis(10));
        }

        assertEquals(6, sentNanos.size());
        long expectedNanos = Duration.ofMillis(500).toNanos();
        for (int i = 1; i < sentNanos.size(); i++) {
            long interval = sentNanos.get(i) - sentNanos.get(i - 1);
            assertEquals(1.05, (double) interval / expectedNanos, 0.08);
            expectedNanos *= 2;
        }
    }

    @Test
    void everyTryIsTheSameMessage() {
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(20));

        for (IkeAction.Transmit transmit : network.sent()) {
            assertArrayEquals(network.sent().getFirst().message(), transmit.message());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void lostResponseComesFromTheCache(int exchange) {
        // IKE_SA_INIT or IKE_AUTH -->   x-- response
        // again -->                     <-- the same response
        int type = exchange == 0 ? ExchangeType.IKE_SA_INIT : ExchangeType.IKE_AUTH;
        List<IkeAction.Transmit> responses = new ArrayList<>();
        network.onlyIf(
                transmit -> {
                    if (Messages.isResponse(transmit, type)) {
                        responses.add(transmit);
                        return responses.size() > 2;
                    }
                    return true;
                });
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));

        assertEquals(3, responses.size());
        assertArrayEquals(responses.get(0).message(), responses.get(2).message());
        assertEquals(2, network.west().count(IkeCounter.RETRANSMITS_ANSWERED));
        assertEquals(2, network.east().count(IkeCounter.RETRANSMITS_SENT));
    }

    @Test
    void lostRekeyResponseIsCompletedFromTheCache() {
        up();
        network.startTraffic();
        int[] seen = {0};
        network.onlyIf(
                transmit ->
                        !Messages.isResponse(transmit, Messages.CREATE_CHILD_SA) || ++seen[0] > 3);
        network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(15));

        assertEquals(4, seen[0]);
        Agreement.assertOneOfEach(network);
        assertEquals(0, network.packetsLost());
    }

    @Test
    void responseToADeletionSurvivesTheSa() {
        up();
        int[] seen = {0};
        network.onlyIf(
                transmit ->
                        !Messages.isResponse(transmit, Messages.INFORMATIONAL) || ++seen[0] > 1);
        network.input(network.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(1));

        assertEquals(2, seen[0]);
        assertTrue(network.east().ikeSas().isEmpty());
    }

    @Test
    void closedSaIsForgottenInTheEnd() {
        up();
        network.input(network.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(40));

        assertEquals(0, network.west().endpoint().ikeSas().size());
        assertEquals(0, network.east().endpoint().ikeSas().size());
        assertEquals(
                Long.MAX_VALUE, network.west().endpoint().nextDeadlineNanos(network.nowNanos()));
    }

    @Test
    void repeatedRequestWithOtherOctetsIsDropped() {
        up();
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        assertEquals(1, west.request(network.east(), Messages.INFORMATIONAL, 0).size());
        long before = network.east().count(IkeCounter.DROPPED_MESSAGE_ID);
        // Sealed anew, so with another IV: the same ID but not the same message.
        assertEquals(List.of(), west.request(network.east(), Messages.INFORMATIONAL, 0));

        assertEquals(before + 1, network.east().count(IkeCounter.DROPPED_MESSAGE_ID));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void messageIdOutsideTheWindowIsDropped(int messageId) {
        up();
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        assertEquals(List.of(), west.request(network.east(), Messages.INFORMATIONAL, messageId));

        assertEquals(1, network.east().count(IkeCounter.DROPPED_MESSAGE_ID));
        assertEquals(1, west.request(network.east(), Messages.INFORMATIONAL, 0).size());
    }

    @Test
    void repetitionFromElsewhereIsAnsweredToThePeer() {
        up();
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        byte[] request = west.seal(Messages.INFORMATIONAL, false, 0);
        west.deliver(network.east(), request);
        IkeInput.DatagramReceived replayed =
                new IkeInput.DatagramReceived(
                        network.east().ikeSas().getFirst().path().local(),
                        SimulatedNetwork.endpoint(
                                java.net.InetAddress.ofLiteral("192.0.2.66"), 4500),
                        request);

        IkeAction.Transmit answer = network.east().handle(replayed, network.nowNanos()).getFirst();
        assertEquals(Settings.WEST, answer.remote().getAddress());
        assertNotEquals(replayed.remote(), network.east().outbound().orElseThrow().peer());
    }
}
