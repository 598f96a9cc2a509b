package culvert.gateway.daemon;

import java.util.OptionalLong;

/**
 * What a tunnel has been doing lately.
 *
 * @param lastInSeconds since the last packet from the peer; empty when there was none
 * @param lastOutSeconds since the last packet to the peer
 */
record TunnelActivity(
        TrafficRate.Rates rates, OptionalLong lastInSeconds, OptionalLong lastOutSeconds) {
    private static final long MILLIS_PER_SECOND = 1000;

    static final TunnelActivity NONE =
            new TunnelActivity(
                    new TrafficRate.Rates(0, 0, 0, 0), OptionalLong.empty(), OptionalLong.empty());

    static TunnelActivity of(TunnelTally tally, long nowMillis) {
        return new TunnelActivity(
                tally.rate().rates(),
                age(tally.lastInboundMillis(), nowMillis),
                age(tally.lastOutboundMillis(), nowMillis));
    }

    private static OptionalLong age(long thenMillis, long nowMillis) {
        return thenMillis == 0
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, nowMillis - thenMillis) / MILLIS_PER_SECOND);
    }
}
