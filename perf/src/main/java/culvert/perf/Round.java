package culvert.perf;

import culvert.lab.LabProcess;
import culvert.lab.Probes;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * One round: every measurement, each on all contenders before the next, so that what else happens
 * on the machine hits all of them alike. Each round begins with another contender.
 *
 * @param tcpSeconds of each TCP run
 * @param stepMillis of each rate tried for UDP
 * @param requests of each round trip run
 */
record Round(int tcpSeconds, int stepMillis, int requests) {
    static final Round SHORT = new Round(2, 400, 500);
    static final Round FULL = new Round(3, 500, 1500);

    /** Carried by every contender with room to spare. */
    static final int LOAD_PACKETS_PER_SECOND = 15_000;

    static final int LOAD_OCTETS = 1350;
    private static final int WARM_UP_SECONDS = 2;
    private static final int WARM_UP_PACKETS_PER_SECOND = 20_000;
    private static final int IDLE_INTERVAL_MICROS = 2000;
    private static final int LOADED_INTERVAL_MICROS = 2000;

    /** What can be left out with {@code --measure}. */
    enum Kind {
        TCP,
        UDP,
        IDLE,
        LOAD
    }

    private interface Measurement {
        void on(Site site);
    }

    /** Runs unmeasured what JIT compilers have to see: gateways run for months, not for seconds. */
    static void warmUp(List<Site> sites) {
        for (Site site : sites) {
            for (Probes.Direction direction : Probes.Direction.values()) {
                site.tcp(1, WARM_UP_SECONDS, direction);
            }
            site.udp(64, WARM_UP_PACKETS_PER_SECOND, WARM_UP_SECONDS * 1000);
        }
    }

    void run(List<Site> sites, int number, Set<Kind> kinds, Results into) {
        if (kinds.contains(Kind.TCP)) {
            each(sites, number, site -> tcp(site, into));
            each(
                    sites,
                    number,
                    site ->
                            add(
                                    into,
                                    Metric.TCP_REVERSE,
                                    site,
                                    site.tcp(1, tcpSeconds, Probes.Direction.DOWN)));
            each(
                    sites,
                    number,
                    site ->
                            add(
                                    into,
                                    Metric.TCP_4,
                                    site,
                                    site.tcp(4, tcpSeconds, Probes.Direction.UP)));
        }
        if (kinds.contains(Kind.UDP)) {
            each(
                    sites,
                    number,
                    site -> add(into, Metric.UDP_64, site, site.udpCapacity(64, stepMillis)));
            each(
                    sites,
                    number,
                    site -> add(into, Metric.UDP_1350, site, site.udpCapacity(1350, stepMillis)));
        }
        if (kinds.contains(Kind.IDLE)) {
            each(sites, number, site -> idle(site, into));
        }
        if (kinds.contains(Kind.LOAD)) {
            each(sites, number, site -> underLoad(site, into));
        }
    }

    private void tcp(Site site, Results into) {
        long before = site.gatewayNanos() + site.endpointNanos();
        double megabits = site.tcp(1, tcpSeconds, Probes.Direction.UP);
        long nanos = site.gatewayNanos() + site.endpointNanos() - before;
        add(into, Metric.TCP_1, site, megabits);
        double packets = megabits * 1e6 / 8 * tcpSeconds / 1400;
        add(into, Metric.TCP_NANOS, site, nanos / packets);
    }

    private void idle(Site site, Results into) {
        Histogram idle = site.roundTrips(IDLE_INTERVAL_MICROS, requests);
        add(into, Metric.IDLE_P50, site, micros(idle, 50));
        add(into, Metric.IDLE_P99, site, micros(idle, 99));
        add(into, Metric.IDLE_P999, site, micros(idle, 99.9));
    }

    private void underLoad(Site site, Results into) {
        int millis = requests * LOADED_INTERVAL_MICROS / 1000 + 1500;
        long gatewayBefore = site.gatewayNanos();
        long endpointBefore = site.endpointNanos();
        LabProcess source = site.startUdp(LOAD_OCTETS, LOAD_PACKETS_PER_SECOND, millis);
        Histogram loaded = site.roundTrips(LOADED_INTERVAL_MICROS, requests);
        UdpSource.Result load = Site.result(source);
        double packets = load.sent() + 2.0 * requests;
        add(into, Metric.LOADED_P50, site, micros(loaded, 50));
        add(into, Metric.LOADED_P99, site, micros(loaded, 99));
        add(into, Metric.LOADED_P999, site, micros(loaded, 99.9));
        add(into, Metric.GATEWAY_NANOS, site, (site.gatewayNanos() - gatewayBefore) / packets);
        add(into, Metric.ENDPOINT_NANOS, site, (site.endpointNanos() - endpointBefore) / packets);
        add(into, Metric.LOAD_LOSS, site, load.loss() * 100);
    }

    private static void each(List<Site> sites, int number, Measurement measurement) {
        for (int i = 0; i < sites.size(); i++) {
            measurement.on(sites.get((i + number) % sites.size()));
        }
    }

    private static void add(Results into, Metric metric, Site site, double value) {
        into.add(metric, site.name(), value);
        System.out.printf(
                Locale.ROOT,
                "  %-40s %-16s %12.1f %s%n",
                metric.text(),
                site.name(),
                value,
                metric.unit());
    }

    private static double micros(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e3;
    }
}
