package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TunnelTallyTest {
    private static final long NOW_MILLIS = 1_800_000_000_000L;

    private final TunnelTally tally = new TunnelTally();

    @Test
    void rekeysOnlyGrowWhileSasComeAndGo() {
        tally.observe(SampleObservation.connecting("no answer"), NOW_MILLIS);
        tally.observe(SampleObservation.up(1, 0, 0), NOW_MILLIS);
        assertEquals(0, tally.childRekeys());
        tally.observe(SampleObservation.up(1, 0, 1), NOW_MILLIS);
        tally.observe(SampleObservation.up(1, 1, 3), NOW_MILLIS);
        assertEquals(1, tally.ikeRekeysByUs());
        assertEquals(3, tally.childRekeys());
        tally.observe(SampleObservation.connecting("the peer died"), NOW_MILLIS);
        tally.observe(SampleObservation.up(2, 0, 0), NOW_MILLIS);
        tally.observe(SampleObservation.up(2, 0, 1), NOW_MILLIS);
        assertEquals(1, tally.ikeRekeysByUs());
        assertEquals(4, tally.childRekeys());
    }

    @Test
    void timesOfAnSaStayAndGoWithIt() {
        tally.observe(SampleObservation.up(1, 0, 0), NOW_MILLIS);
        assertEquals(NOW_MILLIS - 11_000, tally.ikeEstablishedMillis());
        assertEquals(NOW_MILLIS - 11_000, tally.childEstablishedMillis());
        assertEquals(NOW_MILLIS + 3_000_000, tally.childRekeyDueMillis());
        tally.observe(SampleObservation.up(1, 0, 0), NOW_MILLIS + 999);
        assertEquals(NOW_MILLIS - 11_000, tally.childEstablishedMillis(), "does not jitter");
        tally.observe(SampleObservation.up(1, 0, 1), NOW_MILLIS + 60_000);
        assertEquals(NOW_MILLIS - 11_000, tally.ikeEstablishedMillis());
        assertEquals(NOW_MILLIS + 49_000, tally.childEstablishedMillis());
        tally.observe(SampleObservation.connecting("the peer died"), NOW_MILLIS + 70_000);
        assertEquals(0, tally.ikeEstablishedMillis());
        assertEquals(0, tally.childRekeyDueMillis());
    }

    @Test
    void theLastPacketIsTheLatestOfAllSas() {
        assertEquals(0, tally.lastInboundMillis());
        long nowNanos = Long.MIN_VALUE + 5_000_000; // the clock has just wrapped
        tally.inboundPacket(nowNanos - 10_000_000, nowNanos, NOW_MILLIS);
        assertEquals(NOW_MILLIS - 10, tally.lastInboundMillis());
        tally.inboundPacket(nowNanos - 20_000_000, nowNanos, NOW_MILLIS);
        assertEquals(NOW_MILLIS - 10, tally.lastInboundMillis());
        tally.outboundPacket(nowNanos, nowNanos, NOW_MILLIS);
        assertEquals(NOW_MILLIS, tally.lastOutboundMillis());
    }
}
