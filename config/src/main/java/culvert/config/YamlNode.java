package culvert.config;

import java.util.List;

/** A piece of the file, before anybody asks what it means. */
sealed interface YamlNode {
    Position at();

    /**
     * Text, quoted or not.
     *
     * @param plain written without quotes, so that {@code null} means nothing and {@code 10} a
     *     number
     */
    record Scalar(String text, boolean plain, Position at) implements YamlNode {
        /** An explicit null; a forgotten value is {@link #isEmpty()} instead. */
        boolean isNull() {
            return plain && (text.equals("null") || text.equals("~"));
        }

        /** Nothing was written after the colon or the dash. */
        boolean isEmpty() {
            return plain && text.isEmpty();
        }

        boolean isPlaceholder() {
            return text.equals(Placeholder.WORD);
        }

        /** There is something to read. */
        boolean hasValue() {
            return !isNull() && !isEmpty() && !isPlaceholder();
        }
    }

    record Sequence(List<YamlNode> items, Position at) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** Keys in the order of the file, duplicates included. */
    record Mapping(List<Entry> entries, Position at) implements YamlNode {
        public Mapping {
            entries = List.copyOf(entries);
        }
    }

    /** Something that has been reported already and needs no second word. */
    record Refused(Position at) implements YamlNode {}

    record Entry(String key, Position keyAt, YamlNode value) {}
}
