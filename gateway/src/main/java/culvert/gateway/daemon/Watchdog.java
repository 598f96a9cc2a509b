package culvert.gateway.daemon;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps systemd informed: the status line, and the keep-alive without which it restarts us.
 *
 * <p>It runs on the control loop, so a loop that hangs feeds nothing.
 */
final class Watchdog {
    private static final long STATUS_INTERVAL_MILLIS = 1000;

    private final SystemdNotify systemd;
    private final Supplier<String> status;
    private String told = "";

    private Watchdog(SystemdNotify systemd, Supplier<String> status) {
        this.systemd = systemd;
        this.status = status;
    }

    /**
     * @param status one line, asked once a second and told when it changed
     */
    static void start(EventLoop loop, SystemdNotify systemd, Supplier<String> status) {
        Watchdog watchdog = new Watchdog(systemd, status);
        if (systemd.isListening()) {
            loop.scheduleWithFixedDelay(
                    watchdog::tellStatus, 0, STATUS_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }
        systemd.watchdogMicros()
                .ifPresent(
                        limit ->
                                loop.scheduleWithFixedDelay(
                                        watchdog::feed,
                                        0,
                                        // sd_watchdog_enabled(3): at half the time or earlier.
                                        limit / 3,
                                        TimeUnit.MICROSECONDS));
    }

    private void tellStatus() {
        String now = status.get();
        if (!now.equals(told)) {
            told = now;
            systemd.tell(SystemdNotify.STATUS + now);
        }
    }

    private void feed() {
        systemd.tell(SystemdNotify.WATCHDOG);
    }
}
