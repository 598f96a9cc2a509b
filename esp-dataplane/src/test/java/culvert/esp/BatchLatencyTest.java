package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.esp.TestPackets.Shape;
import org.junit.jupiter.api.Test;

class BatchLatencyTest {
    private final BatchLatency latency = new BatchLatency();

    @Test
    void aBoundBelongsToItsBucketAndWhatIsBeyondTheLastIsCountedToo() {
        for (long nanos : new long[] {0, 5_000, 5_001, 50_000_000, Long.MAX_VALUE / 2}) {
            latency.record(nanos);
        }
        assertArrayEquals(
                new long[] {2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}, latency.counts().counts());
        assertEquals(5, latency.counts().batches());
        assertEquals(5_000 + 5_001 + 50_000_000 + Long.MAX_VALUE / 2, latency.counts().sumNanos());
    }

    @Test
    void oneBatchInEightIsMeasured() {
        for (int i = 0; i < 10 * BatchLatency.ONE_IN + 7; i++) {
            latency.batch(System.nanoTime());
        }
        assertEquals(10, latency.counts().batches());
    }

    @Test
    void bothPathsMeasureBatchesThatMovedSomething() {
        try (Gateway gateway = new Gateway()) {
            byte[] packet = TestPackets.packet(Shape.UDP4, 1, 0, new byte[100]);
            gateway.withSa(Gateway.SPI);
            for (int i = 0; i < 2 * BatchLatency.ONE_IN; i++) {
                gateway.seal(TestPackets.behindVnet(packet));
                gateway.outbound.doWork();
                gateway.loop();
                gateway.inbound.doWork();
            }
            assertEquals(2, gateway.outbound.latency().batches());
            assertEquals(2, gateway.inbound.latency().batches());
            assertTrue(gateway.outbound.latency().sumNanos() > 0);
        }
    }
}
