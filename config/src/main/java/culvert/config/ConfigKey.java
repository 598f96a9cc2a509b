package culvert.config;

import java.util.List;

/** One row of the key table: what may be written, and what it means. */
public sealed interface ConfigKey {
    String name();

    Presence presence();

    /** One line, a sentence without its full stop. */
    String doc();

    /** A single word or number. */
    record Value<T>(String name, ValueType<T> type, Presence presence, String doc)
            implements ConfigKey {}

    /**
     * A list of words.
     *
     * @param fewest items that a list must have when it is written
     */
    record Values<T>(String name, ValueType<T> type, int fewest, Presence presence, String doc)
            implements ConfigKey {}

    /** A mapping with keys of its own. */
    record Section(String name, ConfigSection section, Presence presence, String doc)
            implements ConfigKey {}

    /** A list of mappings, at least one. */
    record Sections(String name, ConfigSection section, int most, Presence presence, String doc)
            implements ConfigKey {}

    /** What it means when a key is not written. */
    sealed interface Presence {
        /** An error. */
        record Required() implements Presence {}

        /** The feature is off or does not apply; {@code null} may be written too. */
        record Optional() implements Presence {}

        /**
         * The same as writing this.
         *
         * @param words the value, or the items of the list
         */
        record Default(List<String> words) implements Presence {
            public Default {
                words = List.copyOf(words);
            }
        }

        /** The value follows from other keys, in these words. */
        record Derived(String words) implements Presence {}

        /**
         * Needed or forbidden by what other keys say, in these words; {@code null} is the same as
         * leaving it out.
         */
        record Depends(String words) implements Presence {}
    }
}
