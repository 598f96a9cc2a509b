package culvert.perf;

import culvert.lab.CulvertStatus;
import culvert.lab.Endpoint;
import culvert.lab.LabException;
import culvert.lab.Namespace;
import culvert.lab.Probes;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Two Culverts under full load for some minutes, with a rekey every second; {@code perf/soak}
 * starts it. Ends with exit code 0 when memory stayed flat, no packet was dropped, and each end
 * received what the other sent.
 */
public final class Soak {
    private static final int STREAMS = 2;
    private static final int SLICE_SECONDS = 10;
    private static final int UDP_PACKETS_PER_SECOND = 1000;
    private static final long SECOND = 1_000_000_000L;

    // Where the JIT compiler and the allocator are done; before that memory grows by right.
    private static final double SETTLED = 0.4;
    private static final double TOLERATED_GROWTH = 0.05;
    private static final long TOLERATED_GROWTH_KIBIBYTES = 8192;

    private final Topology topology;
    private final CulvertPair pair;
    private final long endNanos;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Long> heapBefore = new TreeMap<>();
    private volatile boolean loading = true;
    private volatile String loadTrouble = "";
    private long udpSent;
    private long udpReceived;
    private double megabitSlices;
    private int slices;

    private Soak(Topology topology, CulvertPair pair, long durationNanos) {
        this.topology = topology;
        this.pair = pair;
        endNanos = System.nanoTime() + durationNanos;
    }

    /**
     * Runs it.
     *
     * @param arguments launcher script, minutes (fractions allowed)
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        double minutes = Double.parseDouble(arguments[1]);
        try (Topology topology = Topology.open()) {
            CulvertPair pair =
                    CulvertPair.start(topology, CulvertPair.launcher(Path.of(arguments[0])));
            var soak = new Soak(topology, pair, (long) (minutes * 60 * SECOND));
            soak.run((long) (minutes * 60 * SECOND));
            soak.report();
            if (!soak.problems.isEmpty()) {
                System.exit(1);
            }
        } catch (LabException | PerfException e) {
            System.err.println("soak: " + e.getMessage());
            System.exit(1);
        }
    }

    private void run(long durationNanos) throws IOException, InterruptedException {
        Probes.tcpServer(topology.vpc());
        LoadMain.start(topology.vpc(), "udp-sink", Integer.toString(Site.UDP_PORT));
        List<Thread> load =
                List.of(
                        Thread.ofPlatform().start(() -> tcp(Probes.Direction.UP)),
                        Thread.ofPlatform().start(() -> tcp(Probes.Direction.DOWN)),
                        Thread.ofPlatform().start(this::udp));
        var resident = new TreeMap<String, List<Long>>();
        long settledNanos = endNanos - (long) (durationNanos * (1 - SETTLED));
        long nextNanos = System.nanoTime();
        long second = 0;
        boolean settled = false;
        while (System.nanoTime() < endNanos) {
            nextNanos += SECOND;
            LockSupport.parkNanos(nextNanos - System.nanoTime());
            String answer = pair.rekey();
            if (!answer.startsWith("0")) {
                problems.add("rekey in second " + second + ": " + answer);
            }
            if (!settled && System.nanoTime() > settledNanos) {
                settled = true;
                each((role, pid) -> heapBefore.put(role, liveHeapBytes(pid)));
            } else if (settled) {
                each(
                        (role, pid) ->
                                resident.computeIfAbsent(role, r -> new ArrayList<>())
                                        .add(CpuTime.residentKibibytes(pid)));
            }
            if (++second % 30 == 0) {
                System.out.printf("%d s, resident KiB: %s%n", second, last(resident));
            }
        }
        loading = false;
        for (Thread thread : load) {
            thread.join();
        }
        if (!loadTrouble.isEmpty()) {
            problems.add("load: " + loadTrouble);
        }
        judgeMemory(resident);
        judgeCounters();
    }

    private interface OfProcess {
        void take(String role, long pid) throws IOException;
    }

    private void each(OfProcess what) throws IOException {
        what.take("gateway", pair.gateway().process().pid());
        what.take("endpoint", pair.endpoint().process().pid());
    }

    private static String last(Map<String, List<Long>> resident) {
        var text = new StringBuilder();
        resident.forEach(
                (role, values) ->
                        text.append(role).append(' ').append(values.getLast()).append(' '));
        return text.toString();
    }

    private void tcp(Probes.Direction direction) {
        while (loading) {
            try {
                double megabits =
                        Probes.tcpMegabitsPerSecond(
                                topology.lan(),
                                Topology.VPC_HOST,
                                STREAMS,
                                SLICE_SECONDS,
                                direction);
                count(megabits);
            } catch (LabException e) {
                loadTrouble = String.valueOf(e.getMessage());
                return;
            }
        }
    }

    private synchronized void count(double megabits) {
        megabitSlices += megabits;
        slices++;
    }

    private void udp() {
        while (loading) {
            try {
                UdpSource.Result result =
                        UdpSource.Result.parse(
                                LoadMain.run(
                                        topology.lan(),
                                        "udp sent=",
                                        java.time.Duration.ofSeconds(60),
                                        "udp-rate",
                                        Topology.VPC_HOST,
                                        Integer.toString(Site.UDP_PORT),
                                        "256",
                                        Integer.toString(UDP_PACKETS_PER_SECOND),
                                        Integer.toString(SLICE_SECONDS * 1000)));
                udpSent += result.sent();
                udpReceived += result.received();
            } catch (LabException e) {
                loadTrouble = String.valueOf(e.getMessage());
                return;
            }
        }
    }

    private void judgeMemory(Map<String, List<Long>> resident) throws IOException {
        resident.forEach(
                (role, values) -> {
                    int part = Math.max(1, values.size() / 4);
                    double before = average(values.subList(0, part));
                    double after = average(values.subList(values.size() - part, values.size()));
                    System.out.printf(
                            Locale.ROOT,
                            "%s: resident %.1f MiB, then %.1f MiB%n",
                            role,
                            before / 1024,
                            after / 1024);
                    if (after - before
                            > Math.max(before * TOLERATED_GROWTH, TOLERATED_GROWTH_KIBIBYTES)) {
                        problems.add(role + ": resident memory grew");
                    }
                });
        each(
                (role, pid) -> {
                    long before = heapBefore.getOrDefault(role, 0L);
                    long after = liveHeapBytes(pid);
                    System.out.printf(
                            Locale.ROOT,
                            "%s: live heap %.2f MiB, then %.2f MiB%n",
                            role,
                            before / 1048576.0,
                            after / 1048576.0);
                    if (after > before * 1.1 + 262144) {
                        problems.add(role + ": live heap grew");
                    }
                });
    }

    private static double average(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).average().orElse(0);
    }

    /** Octets of reachable objects, after a full collection: the last line of jcmd's histogram. */
    private static long liveHeapBytes(long pid) throws IOException {
        Process jcmd =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(pid),
                                "GC.class_histogram")
                        .redirectErrorStream(true)
                        .start();
        String text =
                new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        String[] total = text.substring(text.lastIndexOf('\n') + 1).strip().split(" +");
        if (!total[0].equals("Total")) {
            throw new PerfException("jcmd says: " + text);
        }
        return Long.parseLong(total[2]);
    }

    /** Liveness probes go on, so the counters are compared until a quiet moment is hit. */
    private void judgeCounters() {
        CulvertStatus gateway = pair.gateway().status();
        CulvertStatus endpoint = pair.endpoint().status();
        for (int attempt = 0; attempt < 20 && !addUp(gateway, endpoint); attempt++) {
            endpoint = pair.endpoint().status();
            gateway = pair.gateway().status();
        }
        show("site to VPC", gateway, endpoint);
        show("VPC to site", endpoint, gateway);
        if (!addUp(gateway, endpoint)) {
            problems.add("what one end sent is not what the other end received");
        }
        drops("gateway", gateway);
        drops("endpoint", endpoint);
        for (Namespace namespace : List.of(topology.gateway(), topology.endpoint(Endpoint.AWS1))) {
            System.out.printf(
                    "%s: drops by the kernel: TUN queue %s, UDP socket buffers %s%n",
                    namespace.role(),
                    namespace.exec("cat /sys/class/net/cv0/statistics/tx_dropped").strip(),
                    receiveBufferErrors(namespace));
        }
        System.out.printf(
                Locale.ROOT,
                "UDP beside the TCP streams: %d sent, %d received%n%.0f Mbit/s of TCP per"
                        + " direction, on average%n%d rekeys%n",
                udpSent,
                udpReceived,
                slices == 0 ? 0 : megabitSlices / slices,
                gateway.number("tunnels", CulvertPair.TUNNEL, "esp", "rekeys"));
    }

    /** RcvbufErrors is the fifth number of the line Udp of /proc/net/snmp. */
    private static String receiveBufferErrors(Namespace namespace) {
        List<String> lines = namespace.exec("grep Udp: /proc/net/snmp").lines().toList();
        return lines.get(1).split(" ")[5];
    }

    private static boolean addUp(CulvertStatus one, CulvertStatus other) {
        return CulvertPair.traffic(one, "packetsOut") == CulvertPair.traffic(other, "packetsIn")
                && CulvertPair.traffic(other, "packetsOut") == CulvertPair.traffic(one, "packetsIn")
                && CulvertPair.traffic(one, "bytesOut") == CulvertPair.traffic(other, "bytesIn")
                && CulvertPair.traffic(other, "bytesOut") == CulvertPair.traffic(one, "bytesIn");
    }

    private static void show(String direction, CulvertStatus from, CulvertStatus to) {
        System.out.printf(
                Locale.ROOT,
                "%s: %,d packets sent, %,d received; %,d octets sent, %,d received%n",
                direction,
                CulvertPair.traffic(from, "packetsOut"),
                CulvertPair.traffic(to, "packetsIn"),
                CulvertPair.traffic(from, "bytesOut"),
                CulvertPair.traffic(to, "bytesIn"));
    }

    private void drops(String role, CulvertStatus status) {
        String drops =
                status.text("tunnels", CulvertPair.TUNNEL, "traffic", "drops").orElse("unknown");
        System.out.println(role + ": drops " + drops);
        if (drops.matches(".*=[1-9].*") || drops.equals("unknown")) {
            problems.add(role + ": packets were dropped");
        }
    }

    private void report() {
        System.out.println(problems.isEmpty() ? "soak: all well" : "soak: NOT well");
        problems.forEach(problem -> System.out.println("  " + problem));
    }
}
