package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.jr.ob.JSON;
import culvert.lab.LabProcess;
import culvert.lab.Namespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real Prometheus beside the gateway: scrapes it every second, and evaluates our rules. */
final class PrometheusServer implements AutoCloseable {
    private static final String ADDRESS = "127.0.0.1:9090";
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final Namespace namespace;
    private final LabProcess process;

    private PrometheusServer(Namespace namespace, LabProcess process) {
        this.namespace = namespace;
        this.process = process;
    }

    /**
     * @param metrics where the gateway serves them
     * @param rules files of {@code monitoring}
     */
    static PrometheusServer start(
            Namespace namespace, Path directory, String metrics, List<Path> rules) {
        try {
            Path config =
                    Files.writeString(
                            directory.resolve("prometheus.yml"),
                            """
                            global: {scrape_interval: 1s, evaluation_interval: 1s}
                            rule_files: %s
                            scrape_configs:
                              - job_name: culvert
                                static_configs: [{targets: ["%s"]}]
                            """
                                    .formatted(JSON.std.asString(absolute(rules)), metrics));
            return new PrometheusServer(
                    namespace,
                    namespace.start(
                            "prometheus",
                            "prometheus --config.file=%s --storage.tsdb.path=%s --web.listen-address=%s"
                                    .formatted(config, directory.resolve("tsdb"), ADDRESS)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> absolute(List<Path> files) {
        return files.stream().map(file -> file.toAbsolutePath().normalize().toString()).toList();
    }

    /** Whether it has scraped the gateway. */
    boolean scrapes() {
        try {
            return !query("up{job=\"culvert\"} == 1").isEmpty();
        } catch (AssertionError notYet) {
            return false;
        }
    }

    /** The series that the expression gives now; an expression that it refuses fails the test. */
    List<?> query(String expression) {
        return list(get("query", "--data-urlencode", "query=" + expression), "result");
    }

    /** Groups of rules with their state, as its API has them. */
    List<?> ruleGroups() {
        return list(get("rules"), "groups");
    }

    /** Alerts that are pending or firing. */
    List<?> alerts() {
        return list(get("alerts"), "alerts");
    }

    private Map<String, Object> get(String path, String... options) {
        List<String> command =
                new ArrayList<>(
                        List.of("curl", "-s", "--get", "http://" + ADDRESS + "/api/v1/" + path));
        command.addAll(List.of(options));
        String answer = namespace.attempt(command, LIMIT).stdout();
        try {
            Map<String, Object> json = JSON.std.mapFrom(answer.isEmpty() ? "{}" : answer);
            assertEquals("success", json.get("status"), () -> List.of(options) + ": " + answer);
            return json;
        } catch (IOException e) {
            throw new UncheckedIOException(answer, e);
        }
    }

    private static List<?> list(Map<String, Object> answer, String name) {
        return answer.get("data") instanceof Map<?, ?> data
                        && data.get(name) instanceof List<?> list
                ? list
                : List.of();
    }

    String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.kill();
    }
}
