package culvert.gateway.daemon;

import culvert.esp.DataplaneEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the rare events of a tunnel's packet threads into the log. */
final class LoggedDataplaneEvents implements DataplaneEvents {
    private static final Logger log = LoggerFactory.getLogger(LoggedDataplaneEvents.class);

    private final String tunnel;

    LoggedDataplaneEvents(String tunnel) {
        this.tunnel = tunnel;
    }

    @Override
    public void offloadDisabled(String offload, String reason) {
        log.warn("tunnel {}: {} turned off, traffic continues without it: {}", tunnel, offload, reason);
    }
}
