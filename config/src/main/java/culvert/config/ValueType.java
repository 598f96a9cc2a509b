package culvert.config;

import java.util.List;
import java.util.function.Function;

/** A kind of word that a key may have as its value. */
public final class ValueType<T> {
    private final String name;
    private final String example;
    private final List<String> choices;
    private final boolean nullable;
    private final WordShape shape;
    private final Function<String, Parsed<T>> reader;

    private ValueType(
            String name,
            String example,
            List<String> choices,
            boolean nullable,
            WordShape shape,
            Function<String, Parsed<T>> reader) {
        this.name = name;
        this.example = example;
        this.choices = List.copyOf(choices);
        this.nullable = nullable;
        this.shape = shape;
        this.reader = reader;
    }

    static <T> ValueType<T> of(
            String name, String example, WordShape shape, Function<String, Parsed<T>> reader) {
        return new ValueType<>(name, example, List.of(), false, shape, reader);
    }

    static <T> ValueType<T> ofChoices(List<String> choices, Function<String, Parsed<T>> reader) {
        String name = String.join(" | ", choices);
        return new ValueType<>(
                name, choices.getFirst(), choices, false, new WordShape.Choice(), reader);
    }

    /** The same, for a key where {@code null} switches off what is on by default. */
    ValueType<T> orNull() {
        return new ValueType<>(name + ", or null", example, choices, true, shape, reader);
    }

    /** For people, with its bounds, such as {@code duration, 1s to 1h}. */
    public String name() {
        return name;
    }

    /** A word of this kind. */
    public String example() {
        return example;
    }

    /** Every word of this kind when they can be listed, else empty. */
    public List<String> choices() {
        return choices;
    }

    /** Whether {@code null} may be written although the key has a default. */
    public boolean nullable() {
        return nullable;
    }

    WordShape shape() {
        return shape;
    }

    Parsed<T> read(String word) {
        return reader.apply(word);
    }
}
