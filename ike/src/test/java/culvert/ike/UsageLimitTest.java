package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.NotifyType;
import culvert.model.Spi;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CHILD SAs that wear out before their time is over. */
class UsageLimitTest {
    private static final long SOFT_PACKETS = 0xE000_0000L;
    private static final long HARD_PACKETS = 0xFFFF_0000L;
    private static final long SOFT_BYTES = 7L << 40;
    private static final long HARD_BYTES = 8L << 40;

    private final SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 53);

    @BeforeEach
    void up() {
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
    }

    private Spi sending() {
        return network.east().outbound().orElseThrow().sa().spi();
    }

    private void sent(long bytes, long sequenceNumber) {
        network.input(
                network.east(),
                new IkeInput.OutboundTraffic(
                        Settings.TUNNEL, sending(), bytes, sequenceNumber, network.nowNanos()));
    }

    private int rekeys() {
        return network.east().status(network.nowNanos()).child().orElseThrow().rekeys();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0xdfffffff, 0",
        "0, 0xe0000000, 1",
        "0x6ffffffffff, 5, 0",
        "0x70000000000, 5, 1"
    })
    void softLimitRekeys(String bytes, String sequenceNumber, int rekeys) {
        sent(Long.decode(bytes), Long.decode(sequenceNumber));
        network.runFor(Duration.ofSeconds(6));

        assertEquals(rekeys, rekeys());
        Agreement.assertOneOfEach(network);
    }

    @Test
    void inboundPacketsCountAsWell() {
        Spi inbound = network.east().inbound().keySet().iterator().next();
        network.input(
                network.east(),
                new IkeInput.InboundTraffic(
                        Settings.TUNNEL, inbound, SOFT_PACKETS, 1, network.nowNanos()));
        network.runFor(Duration.ofSeconds(6));

        assertEquals(1, rekeys());
        Agreement.assertOneOfEach(network);
    }

    @Test
    void rekeyThatFailsIsNotRepeatedWithEveryReport() {
        ScriptedAnswers answers = new ScriptedAnswers(network);
        answers.refuseChildRekeys(NotifyType.TEMPORARY_FAILURE);
        int before = network.sent().size();
        for (int i = 0; i < 100; i++) {
            sent(SOFT_BYTES, 5);
            network.runFor(Duration.ofMillis(100));
        }

        int sent = network.sent().size() - before;
        assertTrue(sent <= 20, sent + " messages");
    }

    @ParameterizedTest
    @CsvSource({"0, 0xffff0000", "0x80000000000, 5"})
    void hardLimitEndsTheSaAndAnotherIsMade(String bytes, String sequenceNumber) {
        assertTrue(Long.decode(bytes) == HARD_BYTES || Long.decode(sequenceNumber) == HARD_PACKETS);
        Spi worn = sending();
        sent(Long.decode(bytes), Long.decode(sequenceNumber));
        network.runFor(Duration.ofSeconds(6));

        assertNotEquals(worn, sending());
        assertEquals(0, rekeys());
        Agreement.assertOneOfEach(network);
    }

    @Test
    void reportsOfUnknownSasAreIgnored() {
        network.input(
                network.east(),
                new IkeInput.OutboundTraffic(
                        Settings.TUNNEL, new Spi(7_777), HARD_BYTES, 1, network.nowNanos()));

        Agreement.assertOneOfEach(network);
    }
}
