package culvert.gateway.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Logs are compared with AWS by their times. */
final class ClockCheck implements Check {
    @Override
    public String name() {
        return "clock";
    }

    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    @Override
    public Result examine(Patient patient) {
        Instant now = Instant.now();
        try {
            Instant written = Files.getLastModifiedTime(patient.file()).toInstant();
            if (written.isAfter(now.plus(TOLERANCE))) {
                return new Result.Warn(
                        "it is %s here, before %s was last written (%s)"
                                .formatted(now, patient.file(), written),
                        "set the clock and start a time service (timedatectl set-ntp true)");
            }
        } catch (IOException e) {
            return new Result.Unknown("cannot tell when " + patient.file() + " was written");
        }
        if (patient.machine().exists("run/systemd/timesync/synchronized")) {
            return new Result.Pass("systemd-timesyncd keeps it");
        }
        // It asks the kernel (adjtimex, STA_UNSYNC), whoever keeps the clock.
        Optional<String> kept =
                patient.machine().tool("timedatectl", "show", "-p", "NTPSynchronized", "--value");
        return switch (kept.map(String::strip).orElse("")) {
            case "yes" -> new Result.Pass("the kernel says that it is synchronized");
            case "no" ->
                    new Result.Warn(
                            "the kernel says that nobody synchronizes it",
                            "start a time service (timedatectl set-ntp true, or chrony)");
            default ->
                    new Result.Unknown(
                            "systemd-timesyncd does not keep it; another service may (chronyc"
                                    + " tracking)");
        };
    }
}
