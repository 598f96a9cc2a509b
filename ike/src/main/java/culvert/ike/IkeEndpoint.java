package culvert.ike;

import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Placeholder for the API; behaviour follows. */
public final class IkeEndpoint {
    private final Map<String, IkeTunnelSettings> tunnels = new LinkedHashMap<>();
    private final IkeCounters counters = new IkeCounters();

    public IkeEndpoint(List<IkeTunnelSettings> tunnels, SecureRandom random) {
        for (IkeTunnelSettings settings : tunnels) {
            this.tunnels.put(settings.name(), settings);
        }
    }

    public List<IkeAction> handle(IkeInput input, long nowNanos) {
        return List.of();
    }

    public long nextDeadlineNanos(long nowNanos) {
        return Long.MAX_VALUE;
    }

    public IkeTunnelStatus status(String tunnel, long nowNanos) {
        throw new IllegalArgumentException("no tunnel is named " + tunnel);
    }

    public IkeCounters counters() {
        return counters.snapshot();
    }
}
