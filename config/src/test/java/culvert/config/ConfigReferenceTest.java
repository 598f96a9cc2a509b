package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.config.ConfigKey.Presence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/configuration.md is written from the key table and never by hand. */
class ConfigReferenceTest {
    private static final Path REFERENCE = Path.of("../docs/configuration.md");
    private static final String HEAD =
            """
            # Configuration: every key

            Written from the key table of the configuration reader; do not edit. `culvert check --effective` prints your
            file with all of them, `culvert check --schema` gives them to editors.

            """;

    private final StringBuilder page = new StringBuilder(HEAD);

    private void section(String path, ConfigSection section) {
        page.append("## ")
                .append(path.isEmpty() ? "The file" : "`" + path + "`")
                .append("\n\n| key | is | default | value |\n|---|---|---|---|\n");
        for (ConfigKey key : section.keys()) {
            page.append(
                    "| `%s` | %s | %s | %s |\n"
                            .formatted(
                                    key.name(),
                                    cell(key.doc()),
                                    cell(presence(key)),
                                    cell(type(key))));
        }
        page.append('\n');
        for (ConfigKey key : section.keys()) {
            switch (key) {
                case ConfigKey.Section s -> section(below(path, s.name()), s.section());
                case ConfigKey.Sections s -> section(below(path, s.name()) + "[]", s.section());
                case ConfigKey.Value<?> v -> {}
                case ConfigKey.Values<?> v -> {}
            }
        }
    }

    private static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String presence(ConfigKey key) {
        return switch (key.presence()) {
            case Presence.Required required -> "required";
            case Presence.Optional optional -> "none";
            case Presence.Default(List<String> words) -> "`" + String.join("`, `", words) + "`";
            case Presence.Derived(String words) -> words;
            case Presence.Depends(String words) -> words;
        };
    }

    private static String type(ConfigKey key) {
        return switch (key) {
            case ConfigKey.Value<?> v -> v.type().name() + example(v.type());
            case ConfigKey.Values<?> v -> "list of: " + v.type().name() + example(v.type());
            case ConfigKey.Section s -> "keys below";
            case ConfigKey.Sections s -> "list of 1 to " + s.most() + ", keys below";
        };
    }

    private static String example(ValueType<?> type) {
        return type.choices().isEmpty() ? ", as `" + type.example() + "`" : "";
    }

    /** A bar would end the cell. */
    private static String cell(String text) {
        return text.replace("|", "or");
    }

    @Test
    void theReferenceIsTheKeyTable() throws IOException {
        section("", ConfigKeys.ROOT);
        String text = page.toString().stripTrailing() + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(REFERENCE, text);
        }
        assertEquals(text, Files.readString(REFERENCE), "-Dgolden.update=true writes it anew");
    }
}
