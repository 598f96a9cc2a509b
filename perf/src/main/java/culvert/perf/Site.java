package culvert.perf;

import culvert.lab.Endpoint;
import culvert.lab.LabProcess;
import culvert.lab.Probes;
import culvert.lab.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** A contender's own lab: a tunnel from gw to aws1 that is up, and the programs that load it. */
final class Site implements AutoCloseable {
    static final int UDP_PORT = 7002;

    private static final Duration UP_LIMIT = Duration.ofSeconds(60);
    private static final Duration RUN_LIMIT = Duration.ofSeconds(90);

    private final String name;
    private final Topology topology;
    private final Tunnel tunnel;

    private Site(String name, Topology topology, Tunnel tunnel) {
        this.name = name;
        this.topology = topology;
        this.tunnel = tunnel;
    }

    /** Builds a lab, starts the contender on both sides and waits until packets pass. */
    static Site open(Contender contender) {
        Topology topology = Topology.open();
        try {
            var site = new Site(contender.name(), topology, contender.start(topology));
            site.prepare();
            return site;
        } catch (RuntimeException e) {
            topology.close();
            throw e;
        }
    }

    private void prepare() {
        long deadlineNanos = System.nanoTime() + UP_LIMIT.toNanos();
        while (!topology.lan().reaches(Topology.VPC_HOST, 1)) {
            if (System.nanoTime() > deadlineNanos) {
                throw new PerfException(name + ": no tunnel within " + UP_LIMIT);
            }
        }
        Probes.tcpServer(topology.vpc());
        Probes.echoServer(topology.vpc());
        LoadMain.start(topology.vpc(), "udp-sink", Integer.toString(UDP_PORT))
                .awaitLine(UdpSink.READY, UP_LIMIT);
    }

    String name() {
        return name;
    }

    Topology topology() {
        return topology;
    }

    /** No offloads on any link from here on; see {@link culvert.lab.Link#wireMode}. */
    void wireMode() {
        topology.wireMode();
    }

    double tcp(int streams, int seconds, Probes.Direction direction) {
        return Probes.tcpMegabitsPerSecond(
                topology.lan(), Topology.VPC_HOST, streams, seconds, direction);
    }

    double udpCapacity(int sizeBytes, int stepMillis) {
        String line =
                LoadMain.run(
                        topology.lan(),
                        UdpSource.CAPACITY,
                        RUN_LIMIT,
                        "udp-capacity",
                        Topology.VPC_HOST,
                        Integer.toString(UDP_PORT),
                        Integer.toString(sizeBytes),
                        Integer.toString(stepMillis));
        return Double.parseDouble(line.substring(UdpSource.CAPACITY.length()));
    }

    LabProcess startUdp(int sizeBytes, int packetsPerSecond, int millis) {
        return LoadMain.start(
                topology.lan(),
                "udp-rate",
                Topology.VPC_HOST,
                Integer.toString(UDP_PORT),
                Integer.toString(sizeBytes),
                Integer.toString(packetsPerSecond),
                Integer.toString(millis));
    }

    UdpSource.Result udp(int sizeBytes, int packetsPerSecond, int millis) {
        return result(startUdp(sizeBytes, packetsPerSecond, millis));
    }

    static UdpSource.Result result(LabProcess source) {
        return UdpSource.Result.parse(source.awaitLine("udp sent=", RUN_LIMIT));
    }

    Histogram roundTrips(int intervalMicros, int count) {
        return RoundTrips.parse(
                LoadMain.run(
                        topology.lan(),
                        RoundTrips.REPORT,
                        RUN_LIMIT,
                        "round-trips",
                        Topology.VPC_HOST,
                        Integer.toString(Probes.ECHO_PORT),
                        "64",
                        Integer.toString(intervalMicros),
                        Integer.toString(count)));
    }

    /** Nanoseconds of processor time that the customer's gateway has used. */
    long gatewayNanos() {
        return CpuTime.nanos(tunnel.gateway().pid());
    }

    /** Nanoseconds of processor time that the gateway at the endpoint has used. */
    long endpointNanos() {
        return CpuTime.nanos(tunnel.endpoint().pid());
    }

    Tunnel tunnel() {
        return tunnel;
    }

    /** Kernel drops on the way: the TUN devices' queues and the UDP sockets' buffers. */
    List<String> kernelDrops() {
        var drops = new ArrayList<String>();
        for (var namespace : List.of(topology.gateway(), topology.endpoint(Endpoint.AWS1))) {
            drops.add(
                    namespace.role()
                            + " UDP: "
                            + namespace
                                    .exec("grep Udp: /proc/net/snmp")
                                    .lines()
                                    .skip(1)
                                    .findFirst()
                                    .orElse(""));
        }
        return drops;
    }

    @Override
    public void close() {
        tunnel.close();
        topology.close();
    }
}
