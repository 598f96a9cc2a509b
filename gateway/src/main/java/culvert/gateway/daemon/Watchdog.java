package culvert.gateway.daemon;

import culvert.gateway.log.LogKey;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps systemd informed: the status line, and the keep-alive without which it restarts us.
 *
 * <p>It runs on the control loop and asks every packet thread, so one thread that hangs or has died
 * is enough to feed nothing.
 */
final class Watchdog {
    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    private static final long STATUS_INTERVAL_MILLIS = 1000;

    /** Without a watchdog of systemd the log still tells of a thread that hangs. */
    private static final long DEFAULT_LIMIT_MICROS = TimeUnit.SECONDS.toMicros(30);

    private final SystemdNotify systemd;
    private final Supplier<String> status;
    private final Supplier<List<String>> silentThreads;
    private String told = "";
    private List<String> silent = List.of();

    private Watchdog(
            SystemdNotify systemd, Supplier<String> status, Supplier<List<String>> silentThreads) {
        this.systemd = systemd;
        this.status = status;
        this.silentThreads = silentThreads;
    }

    /**
     * @param status one line, asked once a second and told when it changed
     * @param silentThreads the packet threads that have not come round since it was last asked
     */
    static void start(
            EventLoop loop,
            SystemdNotify systemd,
            Supplier<String> status,
            Supplier<List<String>> silentThreads) {
        Watchdog watchdog = new Watchdog(systemd, status, silentThreads);
        if (systemd.isListening()) {
            loop.scheduleWithFixedDelay(
                    watchdog::tellStatus, 0, STATUS_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }
        loop.scheduleWithFixedDelay(
                watchdog::feed,
                0,
                // sd_watchdog_enabled(3): at half the time or earlier.
                systemd.watchdogMicros().orElse(DEFAULT_LIMIT_MICROS) / 3,
                TimeUnit.MICROSECONDS);
    }

    private void tellStatus() {
        String now = status.get();
        if (!now.equals(told)) {
            told = now;
            systemd.tell(SystemdNotify.STATUS + now);
        }
    }

    private void feed() {
        List<String> now = silentThreads.get();
        if (!now.equals(silent)) {
            silent = now;
            logSilent();
        }
        if (now.isEmpty() && systemd.watchdogMicros().isPresent()) {
            systemd.tell(SystemdNotify.WATCHDOG);
        }
    }

    private void logSilent() {
        if (silent.isEmpty()) {
            log.atInfo()
                    .addKeyValue(LogKey.EVENT, "threads-answer")
                    .log("every packet thread answers again");
        } else {
            log.atError()
                    .addKeyValue(LogKey.EVENT, "threads-silent")
                    .log(
                            "no answer from {}: a fault of Culvert's own; systemd's watchdog, where"
                                    + " it is set, restarts the service",
                            String.join(", ", silent));
        }
    }
}
