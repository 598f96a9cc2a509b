package culvert.gateway.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;

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
        return patient.machine().exists("run/systemd/timesync/synchronized")
                ? new Result.Pass("systemd-timesyncd keeps it")
                : new Result.Unknown(
                        "systemd-timesyncd does not keep it; another service may (chronyc tracking)");
    }
}
