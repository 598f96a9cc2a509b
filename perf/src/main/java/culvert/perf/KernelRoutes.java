package culvert.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many destinations the kernel has IPv4 routes to in the main table of a process's network
 * namespace. These are the trie's leaves (prefixes that begin with the same address share one). Its
 * "Prefixes" are the routes, and a guard behind another route to the same destination counts too.
 */
final class KernelRoutes {
    private static final Pattern MAIN_LEAVES =
            Pattern.compile(
                    "^Main:.*?^\\s*Leaves:\\s*(\\d+).*?^\\s*Prefixes:\\s*(\\d+)",
                    Pattern.MULTILINE | Pattern.DOTALL);

    /** Counting walks the whole trie, some milliseconds for a full table. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    private final Path file;

    /**
     * @param pid a process in the namespace
     */
    KernelRoutes(long pid) {
        this.file = Path.of("/proc/" + pid + "/net/fib_triestat");
    }

    /** Destinations. */
    int count() {
        return count(1);
    }

    /** Routes, guards included. */
    int routes() {
        return count(2);
    }

    private int count(int group) {
        try {
            String text = Files.readString(file);
            Matcher matcher = MAIN_LEAVES.matcher(text);
            if (!matcher.find()) {
                throw new PerfException(file + " does not count the main table");
            }
            return Integer.parseInt(matcher.group(group));
        } catch (IOException e) {
            throw new PerfException("cannot read " + file + ": " + e.getMessage());
        }
    }

    /**
     * Waits for the number of destinations.
     *
     * @return when it was there, on the clock of {@link System#nanoTime}
     */
    long await(String what, IntPredicate wanted, Duration limit) {
        return await(what, this::count, wanted, limit);
    }

    /** Waits for the number of routes, guards included. */
    long awaitRoutes(String what, IntPredicate wanted, Duration limit) {
        return await(what, this::routes, wanted, limit);
    }

    private static long await(
            String what, IntSupplier counted, IntPredicate wanted, Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (true) {
            int count = counted.getAsInt();
            long nowNanos = System.nanoTime();
            if (wanted.test(count)) {
                return nowNanos;
            }
            if (nowNanos > deadlineNanos) {
                throw new PerfException(what + ": " + count + " in the kernel after " + limit);
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
