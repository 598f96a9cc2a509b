package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.config.ConfigKey.Presence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The key table agrees with itself and with the defaults that are promised. */
class ConfigKeysTest {

    record Row(String path, ConfigKey key) {}

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        collect("", ConfigKeys.ROOT, rows);
        return rows;
    }

    private static void collect(String path, ConfigSection section, List<Row> rows) {
        for (ConfigKey key : section.keys()) {
            rows.add(new Row(path + key.name(), key));
            switch (key) {
                case ConfigKey.Section s -> collect(path + s.name() + ".", s.section(), rows);
                case ConfigKey.Sections s -> collect(path + s.name() + ".", s.section(), rows);
                case ConfigKey.Value<?> v -> {}
                case ConfigKey.Values<?> v -> {}
            }
        }
    }

    @Test
    void promisesTheseDefaults() {
        List<String> defaults = new ArrayList<>();
        for (Row row : rows()) {
            String words =
                    switch (row.key.presence()) {
                        case Presence.Default(List<String> values) -> String.join(", ", values);
                        case Presence.Derived(String derived) -> "<- " + derived;
                        case Presence.Depends(String depends) -> "<- " + depends;
                        case Presence.Optional optional -> "null";
                        case Presence.Required required -> "required";
                    };
            defaults.add(row.path + ": " + words);
        }
        assertEquals(SampleSite.resource("defaults.txt").strip(), String.join("\n", defaults));
    }

    @Test
    void readsItsOwnDefaultsAndExamples() {
        for (Row row : rows()) {
            switch (row.key) {
                case ConfigKey.Value<?> value -> assertReads(row, value.type());
                case ConfigKey.Values<?> values -> assertReads(row, values.type());
                case ConfigKey.Section s -> {}
                case ConfigKey.Sections s -> {}
            }
        }
    }

    private static void assertReads(Row row, ValueType<?> type) {
        List<String> words = new ArrayList<>(type.choices());
        words.add(type.example());
        if (row.key.presence() instanceof Presence.Default(List<String> defaults)) {
            words.addAll(defaults);
        }
        for (String word : words) {
            assertInstanceOf(Parsed.Ok.class, type.read(word), () -> row.path + ": " + word);
        }
    }

    @Test
    void documentsEveryKeyInOneLine() {
        for (Row row : rows()) {
            String doc = row.key.doc();
            assertFalse(doc.isBlank() || doc.contains("\n") || doc.endsWith("."), row.path);
        }
    }

    @Test
    void hasNoKeyTwiceInASection() {
        Set<String> paths = new HashSet<>();
        for (Row row : rows()) {
            assertTrue(paths.add(row.path), row.path);
        }
    }
}
