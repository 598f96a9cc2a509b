package culvert.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many prefixes the kernel has in the main table of a process's network namespace. */
final class KernelRoutes {
    private static final Pattern MAIN_PREFIXES =
            Pattern.compile(
                    "^Main:.*?^\\s*Prefixes:\\s*(\\d+)", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

    private final Path file;

    KernelRoutes(long pid) {
        this.file = Path.of("/proc/" + pid + "/net/fib_triestat");
    }

    int count() {
        try {
            Matcher matcher = MAIN_PREFIXES.matcher(Files.readString(file));
            if (!matcher.find()) {
                throw new PerfException(file + " names no prefixes of the main table");
            }
            return Integer.parseInt(matcher.group(1));
        } catch (IOException e) {
            throw new PerfException("cannot read " + file + ": " + e.getMessage());
        }
    }

    /**
     * Waits for the number.
     *
     * @return when it was there, on the clock of {@link System#nanoTime}
     */
    long await(String what, IntPredicate wanted, Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (true) {
            int count = count();
            long nowNanos = System.nanoTime();
            if (wanted.test(count)) {
                return nowNanos;
            }
            if (nowNanos > deadlineNanos) {
                throw new PerfException(what + ": " + count + " prefixes after " + limit);
            }
            try {
                Thread.sleep(POLL_INTERVAL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PerfException("interrupted");
            }
        }
    }
}
