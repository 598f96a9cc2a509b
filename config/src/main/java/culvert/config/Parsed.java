package culvert.config;

import java.util.Optional;
import java.util.function.Function;

/** What reading one word of the file came to. */
sealed interface Parsed<T> {

    record Ok<T>(T value) implements Parsed<T> {}

    /**
     * The word is wrong.
     *
     * @param what the sentence without its end, such as {@code '10' has no unit}
     * @param hint what to write instead
     */
    record Bad<T>(String what, String hint) implements Parsed<T> {}

    static <T> Parsed<T> ok(T value) {
        return new Ok<>(value);
    }

    static <T> Parsed<T> bad(String what, String hint) {
        return new Bad<>(what, hint);
    }

    /**
     * Runs a parser of another module, whose exceptions end in {@code (write ...)} as the texts of
     * this one do.
     *
     * @param otherwise the hint when the exception has none
     */
    static <T> Parsed<T> attempt(String text, Function<String, T> parser, String otherwise) {
        return Words.isPrintable(text)
                ? attemptLong(text, parser, otherwise)
                : bad(Words.quote(text) + " is not understood", otherwise);
    }

    /** The same for a text that may be long, of characters that are printable. */
    static <T> Parsed<T> attemptLong(String text, Function<String, T> parser, String otherwise) {
        try {
            return ok(parser.apply(text));
        } catch (IllegalArgumentException e) {
            String message = e.getMessage() == null ? Words.quote(text) : e.getMessage();
            int hint = message.lastIndexOf(" (");
            return hint > 0 && message.endsWith(")")
                    ? bad(
                            message.substring(0, hint),
                            message.substring(hint + 2, message.length() - 1))
                    : bad(message, otherwise);
        }
    }

    default Optional<T> asOptional() {
        return switch (this) {
            case Ok<T>(T value) -> Optional.of(value);
            case Bad<T> bad -> Optional.empty();
        };
    }

    /** Goes on to a further reading or check, unless something is wrong already. */
    default <R> Parsed<R> then(Function<T, Parsed<R>> next) {
        return switch (this) {
            case Ok<T>(T value) -> next.apply(value);
            case Bad<T>(String what, String hint) -> bad(what, hint);
        };
    }
}
