package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.IkeMessage;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.KePayload;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What those who have not authenticated can make us compute, cookies or not. */
class HandshakeBudgetTest {
    private static final InetAddress OTHER = InetAddress.ofLiteral("198.18.0.2");
    private static final long MILLI = Duration.ofMillis(1).toNanos();
    private static final long FIRST = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    private static SimulatedGateway westOfTwoPeers() {
        List<IkeTunnelSettings> tunnels =
                List.of(
                        Settings.west().respond().build(),
                        Settings.between(Settings.WEST, OTHER).name("other").respond().build());
        SimulatedGateway west = new SimulatedGateway(tunnels, 5);
        tunnels.forEach(t -> west.handle(new IkeInput.TunnelUp(t.name()), FIRST));
        return west;
    }

    @Test
    void bucketGivesSoManyAtOnceAndThenOnePerInterval() {
        TokenBucket bucket = new TokenBucket(3, 100);
        // The clock may be anywhere, and pass its end.
        long start = Long.MAX_VALUE - 150;
        int given = 0;
        for (int nanos = 0; nanos < 1000; nanos++) {
            given += bucket.take(start + nanos) ? 1 : 0;
            assertEquals(Math.min(1 + nanos, 3 + nanos / 100), given, nanos + " ns");
        }
        assertFalse(bucket.isFull(start + 1199));
        assertTrue(bucket.isFull(start + 1_000_000));
        for (int i = 0; i < 3; i++) {
            assertTrue(bucket.take(start + 1_000_000));
        }
        assertFalse(bucket.take(start + 1_000_000));
    }

    @Test
    void givingBackNeverFillsABucketBeyondItsSize() {
        TokenBucket bucket = new TokenBucket(2, 100);
        bucket.giveBack();
        assertTrue(bucket.take(0));
        bucket.giveBack();
        assertTrue(bucket.take(0));
        assertTrue(bucket.take(0));
        assertFalse(bucket.take(0));
    }

    @Test
    void floodThatReturnsItsCookiesIsComputedForSoOftenASecond() {
        SimulatedGateway west = westOfTwoPeers();
        int seconds = 10;
        int sent = 0;
        int begun = 0;
        for (long millis = 0; millis < seconds * 1000L; millis += 2) {
            List<IkeAction.Transmit> answers =
                    FirstMessages.withCookie(west, Settings.EAST, ++sent, FIRST + millis * MILLI);
            begun += FirstMessages.beginsIkeSa(answers) ? 1 : 0;
        }

        int most = HandshakeBudget.OWN + HandshakeBudget.COMMON + seconds * (2 + 8);
        assertTrue(begun > most - 5 && begun <= most, begun + " of " + most);
        assertEquals(sent - begun, west.count(IkeCounter.DROPPED_HANDSHAKE_BUDGET));
        assertTrue(west.endpoint().ikeSas().size() <= Admission.MAX_HALF_OPEN_PER_SOURCE);
        assertEquals(List.of(), west.events());
    }

    @Test
    void floodInOnePeersNameLeavesTheOthersTheirShare() {
        SimulatedGateway west = westOfTwoPeers();
        for (int millis = 0; millis < 10_000; millis++) {
            long nowNanos = FIRST + millis * MILLI;
            FirstMessages.withCookie(west, Settings.EAST, 1 + millis, nowNanos);
            if (millis % 500 == 499) {
                List<IkeAction.Transmit> answers =
                        FirstMessages.withCookie(west, OTHER, 1_000_000 + millis, nowNanos);
                assertTrue(FirstMessages.beginsIkeSa(answers), millis + " ms");
            }
        }
        assertTrue(west.count(IkeCounter.DROPPED_HANDSHAKE_BUDGET) > 9000);
    }

    @Test
    void refusedRequestPushesNobodyOut() {
        SimulatedGateway west = westOfTwoPeers();
        for (int spi = 1; spi <= 1000; spi++) {
            FirstMessages.withCookie(west, Settings.EAST, spi, FIRST);
        }
        int last = HandshakeBudget.OWN + HandshakeBudget.COMMON;
        IkeSaTable sas = west.endpoint().ikeSas();

        assertEquals(Admission.MAX_HALF_OPEN_PER_SOURCE, sas.size());
        assertTrue(sas.lookupFirstMessage(new IkeSpi(last), Settings.EAST).isPresent());
    }

    @Test
    void peerWithTheKeyIsNotLimited() {
        SimulatedNetwork network =
                new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 6);
        network.up();
        long start = network.nowNanos();
        for (int i = 0; i < 100; i++) {
            network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
            network.runUntil(SimulatedNetwork::bothUp, Duration.ofSeconds(1));
            network.input(network.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
            network.runUntil(
                    n -> n.east().ikeSas().isEmpty() && n.west().ikeSas().isEmpty(),
                    Duration.ofSeconds(1));
        }

        assertTrue(network.nowNanos() - start < Duration.ofSeconds(6).toNanos());
        assertEquals(0, network.west().count(IkeCounter.DROPPED_HANDSHAKE_BUDGET));
        assertEquals(100, network.west().count(IkeCounter.IKE_SAS_ESTABLISHED));
    }

    /** A public value of zero octets looks like any other until the secret is computed. */
    private static IkeAction.Transmit withWorthlessKey(IkeAction.Transmit answer) {
        IkeMessage message = FirstMessages.decode(answer.message());
        List<Payload> payloads =
                message.payloads().stream()
                        .map(
                                p ->
                                        p instanceof KePayload ke
                                                ? new KePayload(
                                                        ke.group(), Octets.copyOf(new byte[32]))
                                                : p)
                        .toList();
        return new IkeAction.Transmit(
                answer.local(), answer.remote(), MessageEncoder.encode(message.header(), payloads));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 100})
    void answersInThePeersNameAreComputedForFiveTimesAnAttempt(int forged) {
        // IKE_SA_INIT -->   <-- {SA, KE(0), N}, again and again, and then the true one
        SimulatedNetwork network =
                new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 7);
        HeldMessages messages = new HeldMessages(network);
        network.up();
        messages.deliver(0);
        IkeAction.Transmit answer = network.sent().get(1);
        for (int i = 0; i < forged; i++) {
            network.inject(network.east(), withWorthlessKey(answer));
        }
        messages.deliver(0);

        assertEquals(
                forged < IkeSaInit.MAX_COMPUTATIONS ? IkeSa.State.AUTH_SENT : IkeSa.State.INIT_SENT,
                network.east().ikeSas().getFirst().state());
        messages.release();
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(5));
    }
}
