package culvert.perf;

import culvert.lab.LabProcess;
import culvert.lab.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One gateway alone: what the sealing Culvert takes from its TUN device and sends while its peer is
 * frozen, per second of processor time; {@code perf/alone} starts it. All of its threads share one
 * processor, the source has another one.
 */
public final class Alone {
    private static final int SECONDS = 4;
    private static final int OFFERED = 1_000_000;

    private Alone() {}

    /**
     * Runs it.
     *
     * @param arguments launcher script
     */
    public static void main(String[] arguments) {
        try (Topology topology = Topology.open()) {
            CulvertPair pair =
                    CulvertPair.start(topology, CulvertPair.launcher(Path.of(arguments[0])));
            LoadMain.start(topology.vpc(), "udp-sink", Integer.toString(Site.UDP_PORT))
                    .awaitLine(UdpSink.READY, Duration.ofSeconds(30));
            flood(topology, 64, SECONDS).awaitLine("udp sent=", Duration.ofSeconds(60)); // warms up
            long pid = pair.gateway().process().pid();
            topology.gateway().exec("taskset -a -c -p 0 " + pid);
            for (int size : List.of(64, 512, 1350)) {
                measure(topology, pair, size);
            }
        }
    }

    private static void measure(Topology topology, CulvertPair pair, int size) {
        long pid = pair.gateway().process().pid();
        LabProcess source = flood(topology, size, SECONDS + 2);
        pause(Duration.ofMillis(1200));
        // With the source goes what the kernel does between its link and the TUN device.
        topology.lan().exec("taskset -a -c -p 1 " + source.pid());
        pair.endpoint().process().freeze();
        long packets = pair.packetsOut();
        long cpuNanos = CpuTime.nanos(pid);
        long startNanos = System.nanoTime();
        pause(Duration.ofSeconds(SECONDS).minusMillis(500));
        long spentNanos = CpuTime.nanos(pid) - cpuNanos;
        long elapsedNanos = System.nanoTime() - startNanos;
        packets = pair.packetsOut() - packets;
        pair.endpoint().process().thaw();
        source.kill();
        System.out.printf(
                Locale.ROOT,
                "%5d octets: %,.0f packets/s of wall clock, %.0f %% of a core, %.0f ns/packet,"
                        + " %,.0f packets/s per core%n",
                size,
                packets / (elapsedNanos / 1e9),
                100.0 * spentNanos / elapsedNanos,
                (double) spentNanos / packets,
                packets / (spentNanos / 1e9));
        pause(Duration.ofSeconds(1));
    }

    private static LabProcess flood(Topology topology, int size, int seconds) {
        return LoadMain.start(
                topology.lan(),
                "udp-rate",
                Topology.VPC_HOST,
                Integer.toString(Site.UDP_PORT),
                Integer.toString(size),
                Integer.toString(OFFERED),
                Integer.toString(seconds * 1000));
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PerfException("interrupted");
        }
    }
}
