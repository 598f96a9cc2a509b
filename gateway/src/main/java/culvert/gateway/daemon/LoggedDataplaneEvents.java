package culvert.gateway.daemon;

import culvert.esp.DataplaneEvents;
import culvert.gateway.log.LogKey;
import culvert.model.Offload;
import culvert.model.Spi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the rare events of one tunnel's packet threads into the log. */
final class LoggedDataplaneEvents implements DataplaneEvents {
    private static final Logger log = LoggerFactory.getLogger(LoggedDataplaneEvents.class);

    private final String tunnel;
    private final Runnable onPathMtuClaim;

    LoggedDataplaneEvents(String tunnel, Runnable onPathMtuClaim) {
        this.tunnel = tunnel;
        this.onPathMtuClaim = onPathMtuClaim;
    }

    @Override
    public void pathMtuClaimed() {
        onPathMtuClaim.run();
    }

    @Override
    public void offloadLimited(Offload offload, String reason) {
        log.atWarn()
                .addKeyValue(LogKey.TUNNEL, tunnel)
                .addKeyValue(LogKey.EVENT, "offload-limited")
                .addKeyValue(LogKey.REASON, reason)
                .log("{} limited, traffic continues", offload.keyword());
    }

    @Override
    public void offloadDisabled(Offload offload, String reason) {
        log.atWarn()
                .addKeyValue(LogKey.TUNNEL, tunnel)
                .addKeyValue(LogKey.EVENT, "offload-disabled")
                .addKeyValue(LogKey.REASON, reason)
                .log("{} turned off, traffic continues without it", offload.keyword());
    }

    @Override
    public void saRefused(Spi spi, String reason) {
        log.atWarn()
                .addKeyValue(LogKey.TUNNEL, tunnel)
                .addKeyValue(LogKey.EVENT, "sa-refused")
                .addKeyValue(LogKey.REASON, reason)
                .log("SA {}", spi);
    }

    @Override
    public void espRefused(String reason) {
        log.atWarn()
                .addKeyValue(LogKey.TUNNEL, tunnel)
                .addKeyValue(LogKey.EVENT, "esp-refused")
                .addKeyValue(LogKey.REASON, reason)
                .log(
                        "IP protocol 50 does not reach the peer: let firewalls pass it, or write"
                                + " encapsulation: udp");
    }

    @Override
    public void fault(String thread, Throwable cause) {
        log.atError()
                .addKeyValue(LogKey.TUNNEL, tunnel)
                .addKeyValue(LogKey.EVENT, "fault")
                .setCause(cause)
                .log("thread {}: a fault of Culvert's own, please report it", thread);
    }
}
