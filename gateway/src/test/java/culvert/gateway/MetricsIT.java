package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.gateway.metrics.ParsedExposition;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.Topology;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The metrics of a running gateway, as Prometheus' own tool and an operator would read them. */
class MetricsIT {
    /** Without echo probes inside the tunnel, so that IKE's own probes are needed. */
    private static final String QUIET =
            "{dpd-interval: 500ms, dpd-timeout: 4s, probe-interval: null}";

    private static final String SILENT = "{probe-interval: null}";
    private static final Map<String, String> IN = Map.of("tunnel", "aws-1", "direction", "in");
    private static final Map<String, String> BY_US = Map.of("tunnel", "aws-1", "initiator", "us");
    private static final Map<String, String> AWS_1 = Map.of("tunnel", "aws-1");

    @Test
    void metricsOutliveRekeysAndHealthFollowsTheTunnels() {
        try (Topology topology = Topology.open();
                CulvertProcess aws =
                        CulvertProcess.start(
                                topology,
                                topology.endpoint(Endpoint.AWS1),
                                GatewaySpec.aws(Endpoint.AWS1)
                                        .withEachTunnel(t -> t.with("liveness", SILENT)),
                                Launcher.ofSystem());
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                LabGateway.customer(Endpoint.AWS1)
                                        .withEachTunnel(tunnel -> tunnel.with("liveness", QUIET))
                                        .withTop("metrics", "127.0.0.1:9179"))) {
            gateway.awaitUp(LabGateway.LIMIT);
            LabGateway.assertPings(topology);
            assertEquals("ok\n", body(topology, "/healthz"));
            ParsedExposition before = ParsedExposition.parse(body(topology, "/metrics"));
            assertTrue(before.value("culvert_esp_packets_total", IN) > 0);
            assertTrue(before.value("culvert_esp_last_packet_timestamp_seconds", IN) > 1e9);
            assertEquals(0, before.value("culvert_child_rekeys_total", AWS_1));

            gateway.cli("rekey", "aws-1");
            gateway.cli("rekey", "--ike", "aws-1");
            LabGateway.await(
                    "both rekeys are counted",
                    () -> body(topology, "/metrics"),
                    () -> {
                        ParsedExposition now = ParsedExposition.parse(body(topology, "/metrics"));
                        return now.value("culvert_child_rekeys_total", AWS_1) == 1
                                && now.value("culvert_ike_rekeys_total", BY_US) == 1;
                    });
            // Nothing comes in now, so the peer is asked whether it lives.
            LabGateway.await(
                    "a liveness probe is answered and measured",
                    () -> body(topology, "/metrics"),
                    () ->
                            ParsedExposition.parse(body(topology, "/metrics"))
                                            .value("culvert_dpd_rtt_seconds_count", AWS_1)
                                    >= 1);
            LabGateway.assertPings(topology);
            String page = body(topology, "/metrics");
            ParsedExposition after = ParsedExposition.parse(page);
            assertTrue(
                    after.value("culvert_esp_packets_total", IN)
                            > before.value("culvert_esp_packets_total", IN));
            String spi = gateway.status().text("tunnels", "aws-1", "esp", "spiIn").orElseThrow();
            assertFalse(page.contains(spi), page);
            HostCommand checked =
                    HostCommand.run(List.of("promtool", "check", "metrics"), Map.of(), page);
            assertEquals("", checked.output());

            assertTrue(body(topology, "/").contains("<b class=\"up\">up</b>"));
            aws.kill();
            LabGateway.await(
                    "health is down",
                    () -> body(topology, "/"),
                    () -> body(topology, "/healthz").equals("down\n"));
        }
    }

    @Test
    void rulesAreValidAndAlarmWhenTheyShould() {
        HostCommand.require(
                "promtool",
                "check",
                "rules",
                "../monitoring/alerts.yaml",
                "../monitoring/cloudwatch.yaml");
        HostCommand.require("promtool", "test", "rules", "../monitoring/alerts-test.yaml");
    }

    /** Through bash's own TCP redirection, so that no tool is needed. */
    private static String body(Topology topology, String path) {
        String answer =
                topology.gateway()
                        .exec(
                                "bash -c",
                                "exec 3<>/dev/tcp/127.0.0.1/9179; printf 'GET "
                                        + path
                                        + " HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' >&3; cat <&3");
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
}
