package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.ike.message.IkeMessage;
import culvert.ike.message.NoncePayload;
import culvert.ike.message.Octets;
import culvert.ike.message.SaPayload;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which of two crossing rekeys stays, computed here from what travelled (RFC 7296 2.8.1). */
class CollisionNonceTest {
    private SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 1);

    private HeldMessages messages = new HeldMessages(network);

    private void establish(long seed) {
        network =
                new SimulatedNetwork(
                        Settings.east().build(), Settings.west().respond().build(), seed);
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
        messages = new HeldMessages(network);
    }

    private void settle() {
        messages.release();
        network.runFor(Duration.ofSeconds(7));
        Agreement.assertOneOfEach(network);
    }

    /** What the SA payloads and the four nonces on the wire say about who stays. */
    private record Crossing(Octets eastSpi, Octets westSpi, boolean eastStays) {}

    private Crossing crossing() {
        Impersonator readsWest = new Impersonator(network.east(), network.nowNanos());
        Impersonator readsEast = new Impersonator(network.west(), network.nowNanos());
        int first = network.sent().size();
        messages.deliverFrom(network.east());
        messages.deliverFrom(network.west());
        IkeMessage eastRequest = readsEast.open(network.sent().get(first - 2));
        IkeMessage westRequest = readsWest.open(network.sent().get(first - 1));
        IkeMessage westResponse = readsWest.open(network.sent().get(first));
        IkeMessage eastResponse = readsEast.open(network.sent().get(first + 1));
        byte[] east = lower(nonce(eastRequest), nonce(westResponse));
        byte[] west = lower(nonce(westRequest), nonce(eastResponse));
        return new Crossing(
                spi(eastRequest), spi(westRequest), Arrays.compareUnsigned(east, west) > 0);
    }

    private static byte[] nonce(IkeMessage message) {
        return message.first(NoncePayload.class).orElseThrow().nonce().toByteArray();
    }

    private static byte[] lower(byte[] a, byte[] b) {
        return Arrays.compareUnsigned(a, b) < 0 ? a : b;
    }

    private static Octets spi(IkeMessage message) {
        return message.first(SaPayload.class).orElseThrow().proposals().getFirst().spi();
    }

    @Test
    void childSaWithTheLowestNonceGoes() {
        Set<Boolean> outcomes = new HashSet<>();
        for (long seed = 1; seed <= 12; seed++) {
            establish(seed);
            network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
            network.input(network.west(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
            Crossing crossing = crossing();
            settle();
            SimulatedGateway loser = crossing.eastStays() ? network.west() : network.east();
            assertEquals(
                    crossing.eastStays() ? crossing.eastSpi() : crossing.westSpi(),
                    Octets.ofInt(loser.outbound().orElseThrow().sa().spi().value()));
            outcomes.add(crossing.eastStays());
        }
        assertEquals(Set.of(true, false), outcomes);
    }

    @Test
    void ikeSaWithTheLowestNonceGoes() {
        Set<Boolean> outcomes = new HashSet<>();
        for (long seed = 1; seed <= 12; seed++) {
            establish(seed);
            network.input(network.east(), new IkeInput.RekeyIkeSa(Settings.TUNNEL));
            network.input(network.west(), new IkeInput.RekeyIkeSa(Settings.TUNNEL));
            Crossing crossing = crossing();
            settle();
            assertEquals(
                    RekeyIkeSa.spi(crossing.eastStays() ? crossing.eastSpi() : crossing.westSpi()),
                    network.east().ikeSas().getFirst().channel().initiatorSpi());
            outcomes.add(crossing.eastStays());
        }
        assertEquals(Set.of(true, false), outcomes);
    }
}
