package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import culvert.config.ConfigProblem.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The schema against the loader, with somebody else's validator as the judge.
 *
 * <p>{@code schema-misses.txt} lists the mistakes that a schema cannot see; everything else that
 * the loader refuses the schema refuses too. {@code -Dgolden.update=true} writes the list anew.
 */
class ConfigSchemaTest {
    private static final Path MISSES =
            Path.of("src/test/resources/culvert/config/schema-misses.txt");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @TempDir Path directory = Path.of("");
    private SampleSite site = new SampleSite(Path.of(""));
    private final JsonSchema schema =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(ConfigSchema.json());

    @BeforeEach
    void createSecrets() {
        site = SampleSite.in(directory);
    }

    /** As an editor reads YAML: numbers and null are what they look like, unless quoted. */
    private static JsonNode json(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar when scalar.isNull() || scalar.isEmpty() ->
                    NODES.nullNode();
            case YamlNode.Scalar scalar when scalar.plain() && scalar.text().matches("[0-9]+") ->
                    NODES.numberNode(new java.math.BigInteger(scalar.text()));
            case YamlNode.Scalar scalar
                    when scalar.plain() && scalar.text().matches("true|false") ->
                    NODES.booleanNode(Boolean.parseBoolean(scalar.text()));
            case YamlNode.Scalar scalar -> NODES.textNode(scalar.text());
            case YamlNode.Refused refused -> NODES.nullNode();
            case YamlNode.Sequence list -> {
                ArrayNode array = NODES.arrayNode();
                list.items().forEach(item -> array.add(json(item)));
                yield array;
            }
            case YamlNode.Mapping mapping -> {
                ObjectNode object = NODES.objectNode();
                mapping.entries().forEach(e -> object.set(e.key(), json(e.value())));
                yield object;
            }
        };
    }

    /** Empty when the text is not even YAML. */
    private Optional<Set<String>> complaints(String text) {
        return YamlReader.read(text, new Problems(directory))
                .map(
                        node -> {
                            Set<String> messages = new TreeSet<>();
                            schema.validate(json(node)).forEach(m -> messages.add(m.toString()));
                            return messages;
                        });
    }

    private void assertTakes(String text) {
        site.valid(text);
        assertEquals(Optional.of(Set.of()), complaints(text));
    }

    @Test
    void takesTheRightFiles() {
        String base = SampleSite.resource("base.yaml");
        assertTakes(base);
        assertTakes(SampleSite.resource("example.yaml"));
        assertTakes(
                base.replace("routing: bgp", "routing: static")
                        .replace(
                                "peer-asn: 64512",
                                "static-routes: [10.20.0.0/16]\n    peer-asn: ~"));
        assertTakes(
                base.replace("198.18.0.1\n", "2001:db8::1\n  router-id: 192.0.2.1\n")
                        .replace("198.18.0.11", "2001:db8::11")
                        .replace("198.18.0.12", "2001:db8::12")
                        .replace("169.254.10.2/30", "fd00::2/126")
                        .replace("169.254.10.6/30", "fd00::6/126")
                        .replace("[192.168.10.0/24]", "[\"::/0\", fd00::/64]"));
        assertTakes(
                base.replace("connections:", "metrics: null\nconnections:")
                        .replace(
                                "169.254.10.2/30",
                                "169.254.10.2/30\n        liveness: {probe-interval: ~}\n"
                                        + "        bgp: {hold-time: 0s, md5-file: null}"));
    }

    @Test
    void takesWhatIsWrittenOutWithAllDefaults() {
        for (String name : List.of("base.yaml", "example.yaml")) {
            Path file = site.write(SampleSite.resource(name));
            assertTakes(EffectiveConfig.load(file, LoadOptions.NONE).text().orElseThrow());
        }
    }

    @Test
    void refusesWhatTheLoaderRefusesAsFarAsASchemaCan() throws IOException {
        StringBuilder misses = new StringBuilder();
        for (MistakesTest.Mistake mistake : MistakesTest.mistakes().toList()) {
            boolean refused =
                    switch (site.load(mistake.text())) {
                        case ConfigResult.Valid valid -> false;
                        case ConfigResult.Invalid invalid ->
                                invalid.problems().stream()
                                        .anyMatch(p -> p.severity() == Severity.ERROR);
                    };
            Optional<Set<String>> complaints = complaints(mistake.text());
            if (complaints.isEmpty()) {
                continue;
            }
            if (!refused) {
                assertEquals(Set.of(), complaints.get(), mistake.title());
            } else if (complaints.get().isEmpty()) {
                misses.append(mistake.title()).append('\n');
            }
        }
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(MISSES, misses);
        } else {
            assertEquals(SampleSite.resource("schema-misses.txt"), misses.toString());
        }
    }

    @Test
    void documentsEveryKey() throws IOException {
        JsonNode properties = new ObjectMapper().readTree(ConfigSchema.json()).get("properties");
        assertTrue(
                properties
                        .get("connections")
                        .get("items")
                        .get("properties")
                        .get("tunnels")
                        .get("items")
                        .get("properties")
                        .get("esp")
                        .get("properties")
                        .get("lifetime")
                        .get("description")
                        .asText()
                        .startsWith("hard limit of a CHILD SA"));
        for (ConfigKey key : ConfigKeys.ROOT.keys()) {
            assertTrue(properties.get(key.name()).has("description"), key.name());
        }
    }

    @Test
    void refusesAPlaceholderAsTheLoaderDoes() {
        String text =
                SampleSite.resource("base.yaml")
                        .replace("[192.168.10.0/24]", "[" + Placeholder.WORD + "]");
        assertEquals(1, complaints(text).orElseThrow().size());
        assertEquals(1, site.problems(text).size());
    }
}
