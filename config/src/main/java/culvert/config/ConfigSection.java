package culvert.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys that one mapping of the file may have.
 *
 * @param title what one such mapping is called in messages, such as {@code tunnel}
 */
public record ConfigSection(String title, List<ConfigKey> keys) {
    public ConfigSection {
        keys = List.copyOf(keys);
    }

    static ConfigSection of(String title, ConfigKey... keys) {
        return new ConfigSection(title, List.of(keys));
    }

    public Optional<ConfigKey> find(String name) {
        return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    List<String> names() {
        return keys.stream().map(ConfigKey::name).toList();
    }

    /** The sections directly below this one. */
    List<ConfigSection> children() {
        List<ConfigSection> children = new ArrayList<>();
        for (ConfigKey key : keys) {
            switch (key) {
                case ConfigKey.Section s -> children.add(s.section());
                case ConfigKey.Sections s -> children.add(s.section());
                case ConfigKey.Value<?> v -> {}
                case ConfigKey.Values<?> v -> {}
            }
        }
        return children;
    }
}
