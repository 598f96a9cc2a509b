package culvert.gateway.metrics;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The families that start with {@code process_} and {@code jvm_}; the first under the names that
 * Prometheus' client libraries share.
 *
 * <p>Make it once, at the start: the first use of the JVM's management interface takes tens of
 * milliseconds, which the control loop must not wait for later.
 */
public final class ProcessMetrics {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final double MILLIS_PER_SECOND = 1000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<GarbageCollectorMXBean> collectors =
            ManagementFactory.getGarbageCollectorMXBeans();
    private final double startSeconds =
            ProcessHandle.current()
                            .info()
                            .startInstant()
                            .map(start -> (double) start.toEpochMilli())
                            .orElseGet(() -> (double) System.currentTimeMillis())
                    / MILLIS_PER_SECOND;

    public void write(Exposition page) {
        page.gauge("process_start_time_seconds", "When the process started, in Unix time.")
                .sample(startSeconds);
        page.counter("process_cpu_seconds_total", "Processor time used by all threads.")
                .sample(cpuSeconds());
        writeStatus(page);
        page.gauge("process_open_fds", "Open file descriptors.").sample(openDescriptors());
        Runtime runtime = Runtime.getRuntime();
        page.gauge("jvm_memory_used_bytes", "Memory used of the heap.")
                .sample((double) runtime.totalMemory() - runtime.freeMemory(), "area", "heap");
        page.gauge("jvm_memory_max_bytes", "Memory that the heap may grow to.")
                .sample(runtime.maxMemory(), "area", "heap");
        var collections = page.counter("jvm_gc_collections_total", "Garbage collections.");
        for (GarbageCollectorMXBean collector : collectors) {
            collections.sample(collector.getCollectionCount(), "gc", collector.getName());
        }
        var pauses =
                page.counter(
                        "jvm_gc_collection_seconds_total", "Time spent in garbage collections.");
        for (GarbageCollectorMXBean collector : collectors) {
            pauses.sample(
                    collector.getCollectionTime() / MILLIS_PER_SECOND, "gc", collector.getName());
        }
    }

    private static double cpuSeconds() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(duration -> duration.toNanos() / NANOS_PER_SECOND)
                .orElse(0.0);
    }

    /** proc(5): sizes there are in KiB. */
    private static void writeStatus(Exposition page) {
        try (Stream<String> lines = Files.lines(STATUS)) {
            lines.forEach(
                    line -> {
                        String[] words = line.split("\\s+", -1);
                        switch (words[0]) {
                            case "VmRSS:" ->
                                    page.gauge(
                                                    "process_resident_memory_bytes",
                                                    "Memory of the process in RAM.")
                                            .sample(1024.0 * Long.parseLong(words[1]));
                            case "Threads:" ->
                                    page.gauge("process_threads", "Threads of the process.")
                                            .sample(Long.parseLong(words[1]));
                            default -> {}
                        }
                    });
        } catch (IOException e) {
            // Without /proc these two families are absent, which is what absent() is for.
        }
    }

    private static double openDescriptors() {
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        } catch (IOException e) {
            return 0;
        }
    }
}
