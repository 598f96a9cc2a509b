package culvert.perf;

import culvert.lab.CulvertStatus;
import culvert.lab.Endpoint;
import culvert.lab.LabException;
import culvert.lab.Launcher;
import culvert.lab.Namespace;
import culvert.lab.Probes;
import culvert.lab.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Two Culverts under full load for some minutes, with a rekey every second; {@code perf/soak}
 * starts it. Ends with exit code 0 when memory stayed flat, no packet was dropped, and each end
 * received what the other sent.
 */
public final class Soak {
    private static final int STREAMS = 2;
    private static final int SLICE_SECONDS = 10;
    private static final int UDP_PACKETS_PER_SECOND = 1000;
    private static final Pattern DROPPED = Pattern.compile("dropped (\\d+)");
    private static final long SECOND = 1_000_000_000L;

    /** Shorter runs see the JIT compiler at work, whose memory says nothing. */
    private static final long SHORTEST_FOR_MEMORY_NANOS = 90 * SECOND;

    // Where the JIT compiler and the allocator are done; before that memory grows by right.
    private static final double SETTLED = 0.4;
    private static final double TOLERATED_GROWTH = 0.05;
    private static final long TOLERATED_GROWTH_KIBIBYTES = 8192;

    private final Topology topology;
    private final CulvertPair pair;
    private final long endNanos;
    private final Drops dropsBefore;
    private final long backlogDropsBefore = backlogDrops();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Long> heapBefore = new TreeMap<>();
    private volatile boolean loading = true;
    private volatile String loadTrouble = "";
    private double megabitSlices;
    private int slices;

    private record Drops(String gateway, String endpoint) {}

    private Soak(Topology topology, CulvertPair pair, long durationNanos) {
        this.topology = topology;
        this.pair = pair;
        // What the kernel sends by itself when a TUN device appears finds no SA yet.
        dropsBefore = new Drops(drops(pair.gateway().status()), drops(pair.endpoint().status()));
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
            List<String> problems =
                    run(
                            topology,
                            CulvertPair.launcher(Path.of(arguments[0])),
                            (long) (minutes * 60 * SECOND));
            System.out.println(problems.isEmpty() ? "soak: all well" : "soak: NOT well");
            problems.forEach(problem -> System.out.println("  " + problem));
            if (!problems.isEmpty()) {
                System.exit(1);
            }
        } catch (LabException | PerfException e) {
            System.err.println("soak: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Runs it for so long, and gives what was not as it should be, for people. */
    static List<String> run(Topology topology, Launcher launcher, long durationNanos)
            throws IOException, InterruptedException {
        var soak = new Soak(topology, CulvertPair.start(topology, launcher), durationNanos);
        soak.run(durationNanos);
        return List.copyOf(soak.problems);
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
        if (durationNanos >= SHORTEST_FOR_MEMORY_NANOS) {
            judgeMemory(resident);
        } else {
            System.out.println("too short to judge memory");
        }
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
                LoadMain.run(
                        topology.lan(),
                        "udp sent=",
                        Duration.ofSeconds(60),
                        "udp-rate",
                        Topology.VPC_HOST,
                        Integer.toString(Site.UDP_PORT),
                        "256",
                        Integer.toString(UDP_PACKETS_PER_SECOND),
                        Integer.toString(SLICE_SECONDS * 1000));
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
        for (int attempt = 0; attempt < 100 && !addUp(gateway, endpoint); attempt++) {
            LockSupport.parkNanos(SECOND / 50);
            endpoint = pair.endpoint().status();
            gateway = pair.gateway().status();
        }
        show("site to VPC", gateway, endpoint);
        show("VPC to site", endpoint, gateway);
        if (!addUp(gateway, endpoint)) {
            problems.add("what one end sent is not what the other end received");
        }
        drops("gateway", dropsBefore.gateway(), drops(gateway));
        drops("endpoint", dropsBefore.endpoint(), drops(endpoint));
        long byTheKernel = backlogDrops() - backlogDropsBefore;
        for (Namespace namespace :
                List.of(
                        topology.lan(),
                        topology.gateway(),
                        topology.internet(),
                        topology.endpoint(Endpoint.AWS1),
                        topology.vpc())) {
            long ofLinks = linkDrops(namespace);
            long ofQueues = queueDrops(namespace);
            long ofSockets = receiveBufferErrors(namespace);
            System.out.printf(
                    "%s: drops by the kernel: links %d, their queues %d, UDP sockets %d%n",
                    namespace.role(), ofLinks, ofQueues, ofSockets);
            byTheKernel += ofLinks + ofQueues + ofSockets;
        }
        // The kernels' own counts: the report of a stream may overtake datagrams that wait in the
        // backlog of a busy processor.
        long udpSent = udp(topology.lan(), "OutDatagrams");
        long udpReceived = udp(topology.vpc(), "InDatagrams");
        System.out.printf(
                Locale.ROOT,
                "UDP beside the TCP streams: %d sent, %d received, %d dropped by the"
                        + " kernel%n%.0f Mbit/s of TCP per"
                        + " direction, on average%n%d rekeys%n",
                udpSent,
                udpReceived,
                byTheKernel,
                slices == 0 ? 0 : megabitSlices / slices,
                gateway.number("tunnels", CulvertPair.TUNNEL, "esp", "rekeys"));
    }

    /**
     * Packets that did not fit between two links of this machine (net.core.netdev_max_backlog): the
     * second number of each line, in hexadecimal.
     */
    private static long backlogDrops() {
        try (Stream<String> processors = Files.lines(Path.of("/proc/net/softnet_stat"))) {
            return processors.mapToLong(line -> Long.parseLong(line.split(" ")[1], 16)).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Packets that did not fit into a TUN device, or into the ring of a veth. */
    private static long linkDrops(Namespace namespace) {
        return namespace
                .exec("sh -c", "cat /sys/class/net/*/statistics/[rt]x_dropped")
                .lines()
                .mapToLong(Long::parseLong)
                .sum();
    }

    /** Packets that did not fit into a queue before a link. */
    private static long queueDrops(Namespace namespace) {
        return DROPPED.matcher(namespace.exec("tc -s qdisc show"))
                .results()
                .mapToLong(match -> Long.parseLong(match.group(1)))
                .sum();
    }

    private static long receiveBufferErrors(Namespace namespace) {
        return udp(namespace, "RcvbufErrors");
    }

    /** A counter of /proc/net/snmp: a line of names, then a line of numbers. */
    private static long udp(Namespace namespace, String name) {
        List<String> lines = namespace.exec("grep Udp: /proc/net/snmp").lines().toList();
        int column = List.of(lines.get(0).split(" ")).indexOf(name);
        return Long.parseLong(lines.get(1).split(" ")[column]);
    }

    private static boolean addUp(CulvertStatus one, CulvertStatus other) {
        return arrived(one, other) && arrived(other, one);
    }

    /**
     * Whether all that one sent was received, but for what the other counted as dropped: before the
     * load, the responder's first packet may overtake the message that sets up the SA.
     */
    private static boolean arrived(CulvertStatus from, CulvertStatus to) {
        long missing =
                CulvertPair.traffic(from, "packetsOut") - CulvertPair.traffic(to, "packetsIn");
        return missing >= 0
                && missing <= to.number("tunnels", CulvertPair.TUNNEL, "traffic", "drops", "noSa")
                && (missing > 0
                        || CulvertPair.traffic(from, "bytesOut")
                                == CulvertPair.traffic(to, "bytesIn"));
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

    private static String drops(CulvertStatus status) {
        return status.text("tunnels", CulvertPair.TUNNEL, "traffic", "drops")
                .orElseThrow(() -> new PerfException("the status has no drops"));
    }

    private void drops(String role, String before, String after) {
        System.out.println(role + ": drops " + after);
        if (!after.equals(before)) {
            problems.add(role + ": packets were dropped; before the load " + before);
        }
    }
}
