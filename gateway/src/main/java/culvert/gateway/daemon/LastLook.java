package culvert.gateway.daemon;

import culvert.esp.DropReason;
import culvert.esp.TrafficCounters;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * When somebody last looked at the status, and what had been lost by then: what matters to people
 * is what is lost now, not in the last year.
 */
final class LastLook {
    private final Map<String, TrafficCounters> counters = new HashMap<>();
    private OptionalLong lookNanos = OptionalLong.empty();

    /**
     * What was lost since the look.
     *
     * @param seconds since then; empty when nobody has looked yet, and the drops are all there were
     * @param byTunnel reasons with their numbers, without zeros
     */
    record Since(OptionalLong seconds, Map<String, Map<DropReason, Long>> byTunnel) {
        Since {
            byTunnel = Map.copyOf(byTunnel);
        }

        Map<DropReason, Long> of(String tunnel) {
            return byTunnel.getOrDefault(tunnel, Map.of());
        }
    }

    Since compare(StatusReport report, long nowNanos) {
        Map<String, Map<DropReason, Long>> byTunnel = new HashMap<>();
        for (StatusReport.Tunnel tunnel : report.tunnels()) {
            TrafficCounters before = counters.get(tunnel.name());
            Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
            for (DropReason reason : DropReason.values()) {
                long lost =
                        tunnel.traffic().drops(reason)
                                - (before == null ? 0 : before.drops(reason));
                // A tunnel that was restarted counts from zero.
                if (lost > 0) {
                    drops.put(reason, lost);
                }
            }
            byTunnel.put(tunnel.name(), drops);
        }
        OptionalLong seconds =
                lookNanos.isPresent()
                        ? OptionalLong.of(
                                TimeUnit.NANOSECONDS.toSeconds(nowNanos - lookNanos.getAsLong()))
                        : OptionalLong.empty();
        return new Since(seconds, byTunnel);
    }

    /** Somebody looks now. */
    void look(StatusReport report, long nowNanos) {
        counters.clear();
        report.tunnels().forEach(tunnel -> counters.put(tunnel.name(), tunnel.traffic()));
        lookNanos = OptionalLong.of(nowNanos);
    }
}
