package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import culvert.bgp.BgpPeerStatus;
import culvert.bgp.SessionEnds;
import culvert.gateway.metrics.BgpPeerSample;
import culvert.gateway.metrics.ParsedExposition;
import culvert.gateway.metrics.ProcessMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules, dashboard and documentation speak of metrics that there are, and of all of them. */
class MonitoringFilesTest {
    private static final Path MONITORING = Path.of("..", "monitoring");
    private static final Pattern METRIC =
            Pattern.compile("\\b(culvert|process|jvm)_[a-z_]*[a-z]\\b");

    /** The series of a histogram have its name with these behind it. */
    private static final Pattern HISTOGRAM = Pattern.compile("(?<=_seconds)_(bucket|sum|count)$");

    private static Set<String> served() {
        String page =
                MetricsText.write(
                        SampleObservation.of(
                                new Tallies(),
                                List.of(
                                        BgpPeerSample.ofTunnel(
                                                "aws-1",
                                                "169.254.10.1",
                                                "idle",
                                                0,
                                                0,
                                                0,
                                                SessionEnds.NONE,
                                                List.of(new BgpPeerStatus.Messages("OPEN", 0, 0)))),
                                SampleObservation.tunnel("aws-1", SampleObservation.up(1, 0, 0))),
                        new ProcessMetrics(),
                        new KernelDrops());
        return ParsedExposition.parse(page).types().keySet();
    }

    private static Set<String> named(String file) throws IOException {
        Set<String> names = new TreeSet<>();
        METRIC.matcher(Files.readString(MONITORING.resolve(file)))
                .results()
                .forEach(found -> names.add(HISTOGRAM.matcher(found.group()).replaceFirst("")));
        return names;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alerts.yaml",
                "alerts-test.yaml",
                "cloudwatch.yaml",
                "grafana-dashboard.json",
                "README.md"
            })
    void everyMetricNamedIsServed(String file) throws IOException {
        Set<String> unknown = new TreeSet<>(named(file));
        unknown.removeAll(served());
        assertEquals(Set.of(), unknown);
        assertTrue(named(file).size() > 2, file);
    }

    @Test
    void everyMetricOfCulvertIsDocumented() throws IOException {
        Set<String> undocumented = new TreeSet<>(served());
        undocumented.removeIf(name -> !name.startsWith("culvert_"));
        undocumented.removeAll(named("README.md"));
        assertEquals(Set.of(), undocumented);
    }

    @Test
    void theDashboardIsJson() throws IOException {
        var dashboard =
                JSON.std.mapFrom(Files.readString(MONITORING.resolve("grafana-dashboard.json")));
        assertEquals("Culvert", dashboard.get("title"));
        assertTrue(dashboard.get("panels") instanceof List<?> panels && panels.size() > 10);
    }
}
