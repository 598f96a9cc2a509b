package culvert.config;

import culvert.config.ConfigKey.Presence;
import culvert.config.YamlNode.Entry;
import culvert.config.YamlNode.Mapping;
import culvert.config.YamlNode.Refused;
import culvert.config.YamlNode.Scalar;
import culvert.config.YamlNode.Sequence;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Holds the file against the key table, key by key: unknown and duplicate keys, wrong types, values
 * that cannot be read, missing keys.
 */
final class FieldsCheck {
    /** More routes than this belong into BGP. */
    static final int MOST_ITEMS = 4096;

    private final Problems problems;

    FieldsCheck(Problems problems) {
        this.problems = problems;
    }

    void check(Fields fields) {
        Map<String, Position> seen = new HashMap<>();
        Set<String> meant = new HashSet<>();
        for (Entry entry : fields.mapping().entries()) {
            if (problems.isFull()) {
                return;
            }
            Position first = seen.putIfAbsent(entry.key(), entry.keyAt());
            Optional<ConfigKey> key = fields.section().find(entry.key());
            if (key.isEmpty()) {
                unknown(fields, entry).ifPresent(meant::add);
            } else if (first != null) {
                problems.error(
                        entry.keyAt(),
                        "key '%s' is already written on line %d"
                                .formatted(entry.key(), first.line()),
                        "keep one of the two");
            } else {
                check(key.get(), entry.value());
            }
        }
        for (ConfigKey key : fields.section().keys()) {
            boolean missing =
                    key.presence() instanceof Presence.Required && !seen.containsKey(key.name());
            if (missing && !meant.contains(key.name())) {
                problems.error(
                        fields.at(),
                        "%s has no %s".formatted(fields.label(), key.name()),
                        "write " + KeyHints.example(key));
            }
        }
    }

    private static Optional<ConfigKey.Section> secret(ConfigSection section) {
        return Stream.of(
                        CredentialKeys.PRE_SHARED_KEY,
                        CredentialKeys.PRIVATE_KEY,
                        CredentialKeys.PPK)
                .filter(key -> key.section().equals(section))
                .findFirst();
    }

    /** Reports an unknown key and returns the known one that was probably meant. */
    private Optional<String> unknown(Fields fields, Entry entry) {
        ConfigSection section = fields.section();
        Optional<String> near = Words.nearest(entry.key(), section.names());
        Optional<ConfigKey.Section> secret = secret(section);
        if (secret.isPresent() && near.isEmpty()) {
            // The word may be the key itself.
            problems.error(
                    entry.keyAt(),
                    secret.get().name() + " has neither file nor credential here",
                    "write %s or %s"
                            .formatted(
                                    KeyHints.place(secret.get(), "file: PATH"),
                                    KeyHints.place(secret.get(), "credential: NAME")));
            return near;
        }
        String what = "unknown key " + Words.quote(entry.key());
        Optional<String> home = near.isPresent() ? Optional.empty() : KeyHints.home(entry.key());
        problems.error(
                entry.keyAt(),
                what,
                near.map(name -> "write " + name)
                        .or(() -> home.map(title -> "it belongs in the " + title))
                        .orElseGet(
                                () ->
                                        "the keys of this %s are %s"
                                                .formatted(
                                                        section.title(),
                                                        String.join(", ", section.names()))));
        return near;
    }

    private void check(ConfigKey key, YamlNode node) {
        if (node instanceof Refused) {
            return;
        }
        if (node instanceof Scalar scalar && (scalar.isEmpty() || scalar.isNull())) {
            if (scalar.isEmpty() || !mayBeNull(key)) {
                problems.error(
                        node.at(),
                        key.name() + (scalar.isEmpty() ? " has no value" : " must not be null"),
                        "write " + KeyHints.example(key) + (mayBeNull(key) ? " or null" : ""));
            }
            return;
        }
        switch (key) {
            case ConfigKey.Value<?> value -> checkValue(value, node);
            case ConfigKey.Values<?> values -> checkValues(values, node);
            case ConfigKey.Section section -> checkSection(section, node);
            case ConfigKey.Sections sections -> checkSections(sections, node);
        }
    }

    private void checkValue(ConfigKey.Value<?> key, YamlNode node) {
        if (node instanceof Scalar scalar) {
            checkWord(key, key.type(), scalar);
        } else {
            problems.error(
                    node.at(), key.name() + " must be one value", "write " + KeyHints.example(key));
        }
    }

    private Optional<Object> checkWord(ConfigKey key, ValueType<?> type, Scalar scalar) {
        if (scalar.isPlaceholder()) {
            problems.error(
                    scalar.at(),
                    "%s is still to be filled in: %s".formatted(key.name(), key.doc()),
                    "write your own value, such as " + KeyHints.example(key));
            return Optional.empty();
        }
        return switch (type.read(scalar.text())) {
            case Parsed.Ok<?> ok -> Optional.of(ok.value());
            case Parsed.Bad<?> bad -> {
                problems.error(scalar.at(), key.name() + ": " + bad.what(), bad.hint());
                yield Optional.empty();
            }
        };
    }

    private void checkValues(ConfigKey.Values<?> key, YamlNode node) {
        if (node instanceof Scalar scalar && scalar.isPlaceholder()) {
            checkWord(key, key.type(), scalar);
            return;
        }
        if (!(node instanceof Sequence list)) {
            problems.error(
                    node.at(),
                    key.name() + " must be a list",
                    node instanceof Scalar scalar && Words.isPrintable(scalar.text())
                            ? "write %s: [%s]"
                                    .formatted(key.name(), KeyHints.listItem(scalar.text()))
                            : "write " + KeyHints.example(key));
            return;
        }
        int items = list.items().size();
        if (items < key.fewest() || items > MOST_ITEMS) {
            problems.error(
                    node.at(),
                    "%s has %d items".formatted(key.name(), items),
                    items > MOST_ITEMS
                            ? "write at most " + MOST_ITEMS
                            : "write "
                                    + KeyHints.example(key)
                                    + (KeyHints.isNeeded(key) ? "" : ", or remove the key"));
            return;
        }
        Set<Object> seen = new HashSet<>();
        for (YamlNode item : list.items()) {
            switch (item) {
                case Refused refused -> {}
                case Scalar scalar when !scalar.isEmpty() && !scalar.isNull() -> {
                    Optional<Object> value = checkWord(key, key.type(), scalar);
                    if (value.isPresent() && !seen.add(value.get())) {
                        problems.error(
                                item.at(),
                                "%s: %s is in the list already"
                                        .formatted(key.name(), Words.quote(scalar.text())),
                                "keep one of the two");
                    }
                }
                case Scalar empty ->
                        problems.error(
                                item.at(),
                                key.name() + " has an empty item",
                                "write " + KeyHints.example(key));
                case Sequence inner -> notOneValue(key, item);
                case Mapping inner -> notOneValue(key, item);
            }
        }
    }

    private void notOneValue(ConfigKey key, YamlNode item) {
        problems.error(
                item.at(),
                key.name() + " must be a list of values",
                "write " + KeyHints.example(key));
    }

    private void checkSection(ConfigKey.Section key, YamlNode node) {
        if (node instanceof Mapping mapping) {
            check(new Fields(key.section(), mapping));
        } else if (secret(key.section()).isPresent()) {
            problems.error(
                    node.at(),
                    "the %s must not stand in this file".formatted(key.name().replace("-k", " k")),
                    "put it into a file of mode 0600 and write %s: %s, or %s under systemd"
                            .formatted(
                                    key.name(),
                                    KeyHints.place(key, "file: PATH"),
                                    KeyHints.place(key, "credential: NAME")));
        } else {
            problems.error(
                    node.at(), key.name() + " must be a mapping", "write " + KeyHints.example(key));
        }
    }

    private void checkSections(ConfigKey.Sections key, YamlNode node) {
        if (!(node instanceof Sequence list)) {
            problems.error(
                    node.at(),
                    key.name() + " must be a list",
                    "start each %s with '- name: '".formatted(key.section().title()));
            return;
        }
        int items = list.items().size();
        if (items == 0 || items > key.most()) {
            problems.error(
                    node.at(),
                    "%s has %d items".formatted(key.name(), items),
                    "write 1 to %d of them".formatted(key.most()));
            return;
        }
        for (YamlNode item : list.items()) {
            switch (item) {
                case Refused refused -> {}
                case Mapping mapping -> check(new Fields(key.section(), mapping));
                case Scalar scalar -> notOneSection(key, item);
                case Sequence inner -> notOneSection(key, item);
            }
        }
    }

    private void notOneSection(ConfigKey.Sections key, YamlNode item) {
        String title = key.section().title();
        problems.error(
                item.at(),
                "a %s must be a mapping".formatted(title),
                "start each %s with '- name: '".formatted(title));
    }

    static boolean mayBeNull(ConfigKey key) {
        return key.presence() instanceof Presence.Optional
                || (key.presence() instanceof Presence.Depends
                        && !(key instanceof ConfigKey.Section))
                || (key instanceof ConfigKey.Value<?> value && value.type().nullable());
    }
}
