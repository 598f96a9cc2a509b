package culvert.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProbesIT {
    private static final Endpoint ENDPOINT = Endpoint.AWS1;

    @Test
    void measuresHowLongADroppedLinkWasSilent() {
        try (Topology topology = Topology.open()) {
            Probes.echoServer(topology.endpoint(ENDPOINT));
            Probes.EchoRun run =
                    Probes.echo(
                                    topology.gateway(),
                                    ENDPOINT.outsideAddress(),
                                    Duration.ofSeconds(3))
                            .awaitFirstAnswer();
            LabProcess.pause(Duration.ofMillis(300));
            long dropNanos = System.nanoTime();
            topology.drop(ENDPOINT);
            LabProcess.pause(Duration.ofMillis(500));
            topology.restore(ENDPOINT);
            double outageMillis = (System.nanoTime() - dropNanos) / 1e6;

            EchoReport report = run.report();
            assertEquals(300, report.sent());
            assertEquals(report.sent() - report.received(), report.lost());
            assertTrue(
                    report.longestSilenceMillis() >= 480
                            && report.longestSilenceMillis() <= outageMillis + 60,
                    () -> "outage " + outageMillis + " ms: " + report);
            assertTrue(
                    report.longestLossRun() >= 45 && report.longestLossRun() <= report.lost(),
                    report::toString);
            double startMillis = (report.silenceStartNanos() - dropNanos) / 1e6;
            assertTrue(startMillis > -40 && startMillis < 60, () -> startMillis + ": " + report);
            assertTrue(report.p50Nanos() > 0 && report.p50Nanos() <= report.p99Nanos());
        }
    }

    @Test
    void reportsWhatWasSentWhenItIsToldToFinish() {
        try (Topology topology = Topology.open()) {
            Probes.echoServer(topology.endpoint(ENDPOINT));
            EchoReport report =
                    Probes.echo(
                                    topology.gateway(),
                                    ENDPOINT.outsideAddress(),
                                    Duration.ofSeconds(30))
                            .awaitFirstAnswer()
                            .stop()
                            .report();
            assertTrue(report.sent() > 0 && report.sent() < 2000, report::toString);
            assertEquals(0, report.lost(), report::toString);
        }
    }

    @Test
    void measuresThroughputBothWays() {
        try (Topology topology = Topology.open()) {
            Probes.tcpServer(topology.endpoint(ENDPOINT));
            for (Probes.Direction direction : Probes.Direction.values()) {
                double rate =
                        Probes.tcpMegabitsPerSecond(
                                topology.gateway(), ENDPOINT.outsideAddress(), 2, 1, direction);
                assertTrue(rate > 100, () -> direction + ": " + rate + " Mbit/s");
            }
        }
    }
}
