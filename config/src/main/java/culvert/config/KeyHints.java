package culvert.config;

import culvert.config.ConfigKey.Presence;
import java.util.List;
import java.util.Optional;

/** What the key table has to say to somebody who wrote a key wrongly. */
final class KeyHints {
    private KeyHints() {}

    /** The title of the first section that does have the key. */
    static Optional<String> home(String name) {
        return home(ConfigKeys.ROOT, name);
    }

    private static Optional<String> home(ConfigSection section, String name) {
        if (section.find(name).isPresent()) {
            return Optional.of(section.title());
        }
        return section.children().stream().flatMap(child -> home(child, name).stream()).findFirst();
    }

    /** Whether the key cannot simply be removed. */
    static boolean isNeeded(ConfigKey key) {
        return key.presence() instanceof Presence.Required
                || key.presence() instanceof Presence.Depends;
    }

    /** Where a secret or certificate is, with what else the section needs. */
    static String place(ConfigKey.Section section, String place) {
        return section.equals(CredentialKeys.PPK) ? "{id: NAME, " + place + "}" : "{" + place + "}";
    }

    /** A word that starts with a colon, such as ::/0, is no text between brackets. */
    static String listItem(String word) {
        return word.startsWith(":") ? '"' + word + '"' : word;
    }

    /** The key with a value that would be right. */
    static String example(ConfigKey key) {
        return key.name()
                + ": "
                + switch (key) {
                    case ConfigKey.Value<?> value -> word(value, value.type());
                    case ConfigKey.Values<?> values -> "[" + word(values, values.type()) + "]";
                    case ConfigKey.Section section
                            when section.section().find("file").isPresent() ->
                            place(section, "file: PATH");
                    case ConfigKey.Section section ->
                            "{%s}".formatted(example(section.section().keys().getFirst()));
                    case ConfigKey.Sections sections -> "[{name: NAME, ...}]";
                };
    }

    private static String word(ConfigKey key, ValueType<?> type) {
        return key.presence() instanceof Presence.Default(List<String> words)
                ? words.getFirst()
                : type.example();
    }
}
