package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.Launcher;
import culvert.lab.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The log of a gateway that comes up, rekeys and ends, in the formats that programs read. */
class LogFormatIT {
    private static final Set<String> AWS_FIELDS =
            Set.of(
                    "event_timestamp",
                    "timestamp",
                    "tunnel",
                    "dpd_enabled",
                    "nat_t_detected",
                    "ike_phase1_state",
                    "ike_phase2_state",
                    "details");

    private static Topology topology;
    private static CulvertProcess aws;

    @BeforeAll
    static void bringUp() {
        topology = Topology.open();
        aws = CulvertProcess.startAws(topology, Endpoint.AWS1, Launcher.ofSystem());
    }

    @AfterAll
    static void tearDown() {
        aws.close();
        topology.close();
    }

    /** Its lines, from the first to the last. */
    private static List<Map<String, Object>> log(String format) throws IOException {
        try (CulvertProcess gateway =
                CulvertProcess.start(
                        topology,
                        topology.gateway(),
                        LabGateway.customer(Endpoint.AWS1),
                        Launcher.ofSystem(),
                        "--log-format",
                        format)) {
            gateway.awaitUp(LabGateway.LIMIT);
            gateway.cli("rekey", "aws-1");
            LabGateway.await(
                    "it is rekeyed",
                    gateway::log,
                    () -> gateway.log().split("carries the tunnel", -1).length > 2);
            LabGateway.assertOrderlyEnd(gateway);
            assertFalse(gateway.log().contains(Endpoint.AWS1.preSharedKey()), gateway::log);
            List<Map<String, Object>> lines = new ArrayList<>();
            for (String line : gateway.log().lines().toList()) {
                lines.add(JSON.std.mapFrom(line));
            }
            return lines;
        }
    }

    private static Map<String, Object> find(
            List<Map<String, Object>> lines, Predicate<Map<String, Object>> wanted) {
        return lines.stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new AssertionError(lines.toString()));
    }

    @Test
    void jsonHasTunnelEventAndReasonInEachLine() throws IOException {
        List<Map<String, Object>> lines = log("json");
        for (Map<String, Object> line : lines) {
            assertTrue(line.keySet().containsAll(Set.of("time", "level", "msg")), line::toString);
        }
        Map<String, Object> up = find(lines, line -> "tunnel-up".equals(line.get("event")));
        assertEquals("aws-1", up.get("tunnel"));
        Map<String, Object> down = find(lines, line -> "tunnel-down".equals(line.get("event")));
        assertEquals("Culvert shuts down", down.get("reason"));
    }

    @Test
    void awsHasItsOwnFieldNames() throws IOException {
        List<Map<String, Object>> lines = log("aws");
        Map<String, Object> up = find(lines, line -> "up".equals(line.get("details")));
        assertEquals(AWS_FIELDS, up.keySet());
        assertEquals("established", up.get("ike_phase1_state"));
        assertEquals("established", up.get("ike_phase2_state"));
        assertEquals(true, up.get("dpd_enabled"));
        assertEquals(false, up.get("nat_t_detected"));
    }
}
