package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.model.InboundSaParameters;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a CHILD SA counts to 2^32 or to 2^64 is agreed like a cipher (RFC 7296 3.3.2). */
class ExtendedSequenceNumberTest {
    private static SimulatedNetwork between(String[] east, String[] west) {
        return new SimulatedNetwork(
                Settings.east().esp(east).build(), Settings.west().respond().esp(west).build(), 64);
    }

    private static void assertExtended(boolean expected, SimulatedNetwork network) {
        Agreement.assertOneOfEach(network);
        for (SimulatedGateway gateway : new SimulatedGateway[] {network.east(), network.west()}) {
            for (InboundSaParameters inbound : gateway.inbound().values()) {
                assertEquals(expected, inbound.extendedSequenceNumbers());
            }
            assertEquals(expected, gateway.outbound().orElseThrow().sa().extendedSequenceNumbers());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "aes128gcm16-esn aes128gcm16, aes128gcm16-esn aes128gcm16, true",
        "aes128gcm16-esn aes128gcm16, aes128gcm16, false",
        "aes128gcm16, aes128gcm16-esn aes128gcm16, false",
        "aes128gcm16-ecp256-esn, aes128gcm16-ecp256-esn, true",
    })
    void extendedWhenBothWantIt(String east, String west, boolean extended) {
        SimulatedNetwork network = between(east.split(" "), west.split(" "));
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
        assertExtended(extended, network);

        network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(10));
        assertEquals(1, network.east().status(network.nowNanos()).child().orElseThrow().rekeys());
        assertExtended(extended, network);
        network.input(network.west(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(10));
        assertExtended(extended, network);
    }

    @Test
    void oneThatInsistsAndOneThatCannotDoNotAgree() {
        SimulatedNetwork network =
                between(new String[] {"aes128gcm16-esn"}, new String[] {"aes128gcm16"});
        network.up();
        network.runFor(Duration.ofSeconds(5));

        assertTrue(network.east().outbound().isEmpty());
        assertTrue(network.west().log().contains("aes128gcm16-esn"), network.west().log());
    }

    @Test
    void packetsDoNotWearAnExtendedSaOutButBytesDo() {
        SimulatedNetwork network =
                between(new String[] {"aes128gcm16-esn"}, new String[] {"aes128gcm16-esn"});
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
        sent(network, 100, 1L << 40);
        assertEquals(0, network.east().status(network.nowNanos()).child().orElseThrow().rekeys());
        sent(network, 7L << 40, 1L << 40);
        assertEquals(1, network.east().status(network.nowNanos()).child().orElseThrow().rekeys());
        assertExtended(true, network);
    }

    private static void sent(SimulatedNetwork network, long bytes, long sequenceNumber) {
        network.input(
                network.east(),
                new IkeInput.OutboundTraffic(
                        Settings.TUNNEL,
                        network.east().outbound().orElseThrow().sa().spi(),
                        bytes,
                        sequenceNumber,
                        network.nowNanos()));
        network.runFor(Duration.ofSeconds(6));
    }
}
