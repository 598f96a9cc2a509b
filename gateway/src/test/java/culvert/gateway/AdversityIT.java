package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.gateway.metrics.ParsedExposition;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.LabProcess;
import culvert.lab.Launcher;
import culvert.lab.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is around the gateway behaves badly: its log's disk, those who scrape its metrics. */
class AdversityIT {
    private static final int SCRAPERS = 1_000;

    /** Were connections kept, these would be ten times as many. */
    private static final int MOST_DESCRIPTORS = 150;

    /** Other commands print as ever. */
    private static final String RUN_WITH_A_FULL_DISK =
            "case \" $* \" in *' run '*) exec >/dev/full 2>&1;; esac; exec \"$0\" \"$@\"";

    private static final String METRICS = "curl -s --max-time 5 http://127.0.0.1:9179/metrics";

    /** A gateway with little memory, whose log and metric lines go to a full disk. */
    private static CulvertProcess start(Topology topology) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", RUN_WITH_A_FULL_DISK));
        command.addAll(Launcher.sameJvm("-Xmx64m", "-XX:+ExitOnOutOfMemoryError").command());
        CulvertProcess gateway =
                CulvertProcess.start(
                        topology,
                        topology.gateway(),
                        LabGateway.customer(Endpoint.AWS1).withTop("metrics", "127.0.0.1:9179"),
                        new Launcher(command),
                        "--cloudwatch-metrics");
        LabGateway.awaitAnswer(gateway);
        gateway.awaitUp(LabGateway.LIMIT);
        return gateway;
    }

    @Test
    void aFullDiskUnderTheLogAndAThousandScrapersHarmNothing() {
        try (Topology topology = Topology.open();
                CulvertProcess aws =
                        CulvertProcess.startAws(topology, Endpoint.AWS1, Launcher.ofSystem());
                CulvertProcess gateway = start(topology)) {
            LabGateway.assertPings(topology);
            assertEquals("", gateway.log());
            assertTrue(gateway.cli("events").stdout().contains("tunnel aws-1: up"), aws::log);
            ParsedExposition metrics = ParsedExposition.parse(topology.gateway().exec(METRICS));
            assertTrue(metrics.value("culvert_log_lines_lost_total", Map.of()) > 0);

            LabProcess scrapers =
                    topology.gateway()
                            .start(
                                    "scrapers",
                                    "bash -c",
                                    "ulimit -n 4096; for i in $(seq %d); do exec {fd}<>/dev/tcp/127.0.0.1/9179; done; echo all; sleep 60"
                                            .formatted(SCRAPERS));
            scrapers.awaitLine("all", LabGateway.LIMIT);
            assertTrue(gateway.cli("status").stdout().startsWith("ok: 1 of 1"));
            String descriptors =
                    topology.gateway().exec("ls /proc/" + gateway.process().pid() + "/fd");
            assertTrue(descriptors.lines().count() < MOST_DESCRIPTORS, descriptors);
            LabGateway.assertPings(topology);
            scrapers.kill();
            LabGateway.await(
                    "metrics are served again",
                    () -> gateway.cli("status").stdout(),
                    () -> topology.gateway().attempt(METRICS).stdout().contains("culvert_health"));
            LabGateway.assertOrderlyEnd(gateway);
        }
    }
}
