package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import culvert.lab.Bird;
import culvert.lab.BirdSpec;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The files of {@code monitoring} in a real Prometheus that scrapes a real gateway: every rule is
 * evaluated, and every panel of the dashboard has something to show.
 */
class PrometheusIT {
    private static final Path MONITORING = Path.of("..", "monitoring");
    private static final String METRICS = "127.0.0.1:9179";
    private static final String VPN_ID = "vpn-0123456789abcdef0";

    /** What shows only what went wrong, and so nothing when all is well. */
    private static final Pattern ONLY_LOSSES = Pattern.compile(" > 0$");

    private static Topology topology;
    private static CulvertProcess gateway;
    private static PrometheusServer prometheus;

    private static GatewaySpec spec() {
        return LabGateway.customer(Endpoint.values())
                .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX)
                .withConnection("vpn-connection-id", VPN_ID)
                .withTop("metrics", METRICS);
    }

    @BeforeAll
    static void bringUp() {
        topology = Topology.open();
        for (Endpoint endpoint : Endpoint.values()) {
            StrongSwanEndpoint.start(
                    topology,
                    topology.endpoint(endpoint),
                    StrongSwanSpec.aws(endpoint).withoutRoutes());
            Bird.start(
                    topology,
                    topology.endpoint(endpoint),
                    BirdSpec.aws(endpoint, Topology.VPC_PREFIX));
        }
        gateway = LabGateway.start(topology, spec());
        prometheus =
                PrometheusServer.start(
                        topology.gateway(),
                        topology.directory(),
                        METRICS,
                        List.of(
                                MONITORING.resolve("alerts.yaml"),
                                MONITORING.resolve("cloudwatch.yaml")));
        gateway.awaitUp(LabGateway.LIMIT);
        topology.routeVpcVia(Endpoint.AWS1);
        LabGateway.assertPings(topology);
        LabGateway.await("it scrapes", prometheus::log, prometheus::scrapes);
    }

    @AfterAll
    static void tearDown() {
        prometheus.close();
        gateway.close();
        topology.close();
    }

    @Test
    void everyRuleIsEvaluatedWithoutAnError() {
        LabGateway.await(
                "all rules are evaluated",
                () -> rules().toString(),
                () -> !rules().isEmpty() && rules().values().stream().allMatch("ok"::equals));
        assertTrue(rules().size() > 15, () -> rules().toString());
    }

    /** Each rule's health by its name. */
    private static Map<String, Object> rules() {
        Map<String, Object> health = new TreeMap<>();
        for (Object group : prometheus.ruleGroups()) {
            for (Object rule : list(group, "rules")) {
                health.put(text(rule, "name"), text(rule, "health") + text(rule, "lastError"));
            }
        }
        return health;
    }

    @Test
    void noPanelOfTheDashboardIsEmpty() throws IOException {
        Map<String, Object> dashboard =
                JSON.std.mapFrom(Files.readString(MONITORING.resolve("grafana-dashboard.json")));
        int expressions = 0;
        for (Object panel : list(dashboard, "panels")) {
            for (Object target : list(panel, "targets")) {
                String expression = asGrafanaAsks(text(target, "expr"));
                prometheus.query(expression);
                String withZeros = ONLY_LOSSES.matcher(expression).replaceFirst("");
                LabGateway.await(
                        "panel '" + text(panel, "title") + "' has data",
                        () -> withZeros,
                        () -> !prometheus.query(withZeros).isEmpty());
                expressions++;
            }
        }
        assertTrue(expressions > 20, () -> "expressions of " + dashboard);
        for (Object annotation : list(map(dashboard, "annotations"), "list")) {
            prometheus.query(asGrafanaAsks(text(annotation, "expr")));
        }
        for (Object variable : list(map(dashboard, "templating"), "list")) {
            Matched labels = Matched.of(text(variable, "query"));
            if (text(variable, "type").equals("query")) {
                String series = asGrafanaAsks(labels.series());
                List<?> found = prometheus.query(series);
                assertFalse(found.isEmpty(), series);
                for (Object one : found) {
                    assertTrue(map(one, "metric").containsKey(labels.label()), one::toString);
                }
            }
        }
    }

    /** Grafana's {@code label_values(SERIES, LABEL)}. */
    private record Matched(String series, String label) {
        private static final Pattern LABEL_VALUES =
                Pattern.compile("label_values\\((.*), (\\w+)\\)");

        static Matched of(String query) {
            var matcher = LABEL_VALUES.matcher(query);
            return matcher.matches()
                    ? new Matched(matcher.group(1), matcher.group(2))
                    : new Matched("", "");
        }
    }

    /** With the variables of the dashboard set to All. */
    private static String asGrafanaAsks(String expression) {
        return expression
                .replace("$instance", ".*")
                .replace("$tunnel", ".*")
                .replace("$__rate_interval", "10s");
    }

    @Test
    void cloudWatchsMetricsAreDerivedForEachTunnel() {
        for (String name : List.of("TunnelState", "TunnelDataIn", "TunnelDataOut")) {
            String series = "culvert:cloudwatch:%s{vpn_id=\"%s\"}".formatted(name, VPN_ID);
            LabGateway.await(series, prometheus::log, () -> prometheus.query(series).size() == 2);
        }
        assertEquals(2, prometheus.query("culvert:cloudwatch:TunnelState == 1").size());
        LabGateway.assertPings(topology);
        LabGateway.await(
                "what we sent came in at AWS",
                prometheus::log,
                () -> !prometheus.query("culvert:cloudwatch:TunnelDataIn > 0").isEmpty());
    }

    @Test
    void aBadFileAndADeadConnectionAreAlerts() throws IOException {
        Path file = gateway.configuration();
        String good = Files.readString(file);
        Files.writeString(file, good.replace("routing:", "rooting:"));
        assertEquals(7, gateway.cli("reload").exitCode());
        awaitAlert("CulvertConfigReloadFailed", "firing");
        Files.writeString(file, good);
        assertEquals(0, gateway.cli("reload").exitCode());

        gateway.cli("down", "aws-1");
        gateway.cli("down", "aws-2");
        awaitAlert("CulvertConnectionDown", "pending");
        gateway.cli("up", "aws-1");
        gateway.cli("up", "aws-2");
        gateway.awaitUp(LabGateway.LIMIT);
    }

    private static void awaitAlert(String name, String state) {
        LabGateway.await(
                name + " is " + state,
                () -> prometheus.alerts().toString(),
                () ->
                        prometheus.alerts().stream()
                                .anyMatch(
                                        alert ->
                                                text(alert, "state").equals(state)
                                                        && text(map(alert, "labels"), "alertname")
                                                                .equals(name)));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object object) {
        return (Map<String, Object>) object;
    }

    private static Map<String, Object> map(Object object, String key) {
        return map(map(object).getOrDefault(key, Map.of()));
    }

    private static List<Object> list(Object object, String key) {
        return new ArrayList<>((List<?>) map(object).getOrDefault(key, List.of()));
    }

    private static String text(Object object, String key) {
        return String.valueOf(map(object).getOrDefault(key, ""));
    }
}
