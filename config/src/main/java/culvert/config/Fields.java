package culvert.config;

import culvert.config.ConfigKey.Presence;
import culvert.config.YamlNode.Entry;
import culvert.config.YamlNode.Mapping;
import culvert.config.YamlNode.Scalar;
import culvert.config.YamlNode.Sequence;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One mapping of the file, read by the rows of the key table.
 *
 * <p>{@link FieldsCheck} reports what is wrong with it; the methods here stay silent and answer as
 * far as they can, so that later checks see everything that is right. When nothing was reported,
 * every required key has a value.
 */
record Fields(ConfigSection section, Mapping mapping) {
    private static final int LONGEST_NAME = 63;

    Position at() {
        return mapping.at();
    }

    /** What the user calls this mapping: {@code tunnel 'aws-1'}, {@code this site}. */
    String label() {
        return entry("name")
                .map(Entry::value)
                .map(node -> node instanceof Scalar scalar ? scalar.text() : "")
                .filter(name -> !name.isEmpty() && name.length() <= LONGEST_NAME)
                .map(name -> section.title() + " " + Words.quote(name))
                .orElse("this " + section.title());
    }

    Optional<Entry> entry(String name) {
        return mapping.entries().stream().filter(entry -> entry.key().equals(name)).findFirst();
    }

    /** Whether the key stands in the file with more than {@code null}. */
    boolean isWritten(ConfigKey key) {
        return entry(key.name())
                .filter(entry -> !(entry.value() instanceof Scalar scalar && scalar.isNull()))
                .isPresent();
    }

    boolean hasKnownKeysOnly() {
        return mapping.entries().stream().allMatch(entry -> section.find(entry.key()).isPresent());
    }

    /** Where the key's name stands, or the mapping when it is not written. */
    Position keyAt(ConfigKey key) {
        return entry(key.name()).map(Entry::keyAt).orElse(at());
    }

    /** Where the key's value stands, or the mapping when it is not written. */
    Position valueAt(ConfigKey key) {
        return entry(key.name()).map(entry -> entry.value().at()).orElse(at());
    }

    /** The value or the default; empty when there is neither, or the value cannot be read. */
    <T> Optional<Located<T>> value(ConfigKey.Value<T> key) {
        Optional<Entry> entry = entry(key.name());
        if (entry.isPresent()) {
            return read(key.type(), entry.get().value());
        }
        return defaults(key).stream()
                .flatMap(word -> key.type().read(word).asOptional().stream())
                .map(value -> new Located<>(value, at()))
                .findFirst();
    }

    /** The items that can be read, or those of the default. */
    <T> List<Located<T>> values(ConfigKey.Values<T> key) {
        Optional<Entry> entry = entry(key.name());
        if (entry.isEmpty()) {
            return defaults(key).stream()
                    .flatMap(word -> key.type().read(word).asOptional().stream())
                    .map(value -> new Located<>(value, at()))
                    .toList();
        }
        return entry.get().value() instanceof Sequence list
                ? list.items().stream().flatMap(item -> read(key.type(), item).stream()).toList()
                : List.of();
    }

    /** The mapping below the key; without any entry when there is none. */
    Fields section(ConfigKey.Section key) {
        Mapping inner =
                entry(key.name())
                        .map(Entry::value)
                        .map(
                                node ->
                                        node instanceof Mapping map
                                                ? map
                                                : new Mapping(List.of(), node.at()))
                        .orElseGet(() -> new Mapping(List.of(), at()));
        return new Fields(key.section(), inner);
    }

    /** How many items the list below the key has, whether they can be read or not. */
    int itemCount(ConfigKey.Sections key) {
        return entry(key.name()).map(Entry::value).stream()
                .mapToInt(node -> node instanceof Sequence list ? list.items().size() : 0)
                .sum();
    }

    /** The mappings of the list below the key. */
    List<Fields> sections(ConfigKey.Sections key) {
        return entry(key.name()).map(Entry::value).stream()
                .flatMap(
                        node ->
                                node instanceof Sequence list
                                        ? list.items().stream()
                                        : Stream.empty())
                .limit(key.most())
                .flatMap(item -> item instanceof Mapping map ? Stream.of(map) : Stream.empty())
                .map(map -> new Fields(key.section(), map))
                .toList();
    }

    private static List<String> defaults(ConfigKey key) {
        return key.presence() instanceof Presence.Default(List<String> words) ? words : List.of();
    }

    private static <T> Optional<Located<T>> read(ValueType<T> type, YamlNode node) {
        if (!(node instanceof Scalar scalar) || !scalar.hasValue()) {
            return Optional.empty();
        }
        return type.read(scalar.text())
                .asOptional()
                .map(value -> new Located<>(value, scalar.at()));
    }
}
