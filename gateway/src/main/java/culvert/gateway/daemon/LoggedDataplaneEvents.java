package culvert.gateway.daemon;

import culvert.esp.DataplaneEvents;
import culvert.model.Spi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the rare events of one tunnel's packet threads into the log. */
final class LoggedDataplaneEvents implements DataplaneEvents {
    private static final Logger log = LoggerFactory.getLogger(LoggedDataplaneEvents.class);

    private final String tunnel;

    LoggedDataplaneEvents(String tunnel) {
        this.tunnel = tunnel;
    }

    @Override
    public void offloadDisabled(String offload, String reason) {
        log.warn(
                "tunnel {}: {} turned off, traffic continues without it: {}",
                tunnel,
                offload,
                reason);
    }

    @Override
    public void saRefused(Spi spi, String reason) {
        log.warn("tunnel {}: SA {}: {}", tunnel, spi, reason);
    }

    @Override
    public void fault(String thread, Throwable cause) {
        log.error("thread {}: a fault of Culvert's own, please report it", thread, cause);
    }
}
