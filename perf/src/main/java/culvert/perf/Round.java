package culvert.perf;

import culvert.lab.LabException;
import culvert.lab.LabProcess;
import culvert.lab.Probes;
import java.io.UncheckedIOException;
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
    static void warmUp(List<Site> sites, Results into) {
        each(sites, 0, "warm-up", into, Round::warmUp);
    }

    private static void warmUp(Site site) {
        for (Probes.Direction direction : Probes.Direction.values()) {
            site.tcp(1, WARM_UP_SECONDS, direction);
        }
        site.udp(64, WARM_UP_PACKETS_PER_SECOND, WARM_UP_SECONDS * 1000);
    }

    void run(List<Site> sites, int number, Set<Kind> kinds, Results into) {
        into.begin(number);
        if (kinds.contains(Kind.TCP)) {
            each(sites, number, "TCP", into, site -> tcp(site, into));
            each(sites, number, "TCP in reverse", into, site -> reverse(site, into));
            each(sites, number, "TCP with four streams", into, site -> fourStreams(site, into));
        }
        if (kinds.contains(Kind.UDP)) {
            each(sites, number, "UDP, 64 octets", into, site -> udp(site, 64, into));
            each(sites, number, "UDP, 1350 octets", into, site -> udp(site, 1350, into));
        }
        if (kinds.contains(Kind.IDLE)) {
            each(sites, number, "round trips", into, site -> idle(site, into));
        }
        if (kinds.contains(Kind.LOAD)) {
            each(sites, number, "round trips under load", into, site -> underLoad(site, into));
        }
    }

    private void reverse(Site site, Results into) {
        add(into, Metric.TCP_REVERSE, site, site.tcp(1, tcpSeconds, Probes.Direction.DOWN));
    }

    private void fourStreams(Site site, Results into) {
        add(into, Metric.TCP_4, site, site.tcp(4, tcpSeconds, Probes.Direction.UP));
    }

    private void udp(Site site, int octets, Results into) {
        Metric metric = octets == 64 ? Metric.UDP_64 : Metric.UDP_1350;
        add(into, metric, site, site.udpCapacity(octets, stepMillis));
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

    /** A measurement that fails is named and missing; the others go on. */
    private static void each(
            List<Site> sites, int number, String what, Results into, Measurement measurement) {
        for (int i = 0; i < sites.size(); i++) {
            Site site = sites.get((i + number) % sites.size());
            try {
                measurement.on(site);
            } catch (LabException | PerfException | UncheckedIOException e) {
                into.failed(what + " of " + site.name(), e);
                System.out.println("  FAILED: " + into.failures().getLast());
            }
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
