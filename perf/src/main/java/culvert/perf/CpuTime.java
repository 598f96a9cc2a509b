package culvert.perf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What processes cost: processor time with the kernel's nanoseconds, and resident memory. */
final class CpuTime {
    private CpuTime() {}

    /**
     * Nanoseconds on a processor, user and system, of all living threads: the first number of
     * {@code /proc/PID/task/TID/schedstat} (Documentation/scheduler/sched-stats.rst). Work that the
     * kernel does for the process in softirqs of others is not in it.
     */
    static long nanos(long pid) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.mapToLong(CpuTime::taskNanos).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long taskNanos(Path task) {
        try {
            String line = Files.readString(task.resolve("schedstat"));
            return Long.parseLong(line.substring(0, line.indexOf(' ')));
        } catch (NoSuchFileException e) {
            return 0; // ended since it was listed
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** VmRSS of {@code /proc/PID/status} in KiB. */
    static long residentKibibytes(long pid) {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
            for (String line : lines) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            throw new IllegalStateException("no VmRSS of process " + pid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hundredths of seconds that a hypervisor took from all processors: {@code /proc/stat}. */
    static long stolenTicks() {
        try {
            return Long.parseLong(
                    Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +")[8]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
