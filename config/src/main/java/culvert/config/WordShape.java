package culvert.config;

/** What a JSON Schema can say of a kind of word: less than its reader checks, never more. */
sealed interface WordShape {

    /**
     * Text.
     *
     * @param pattern of the whole text, in the syntax that Java and ECMA 262 share
     */
    record Text(String pattern) implements WordShape {}

    /** A whole number within bounds, in steps from zero. */
    record Whole(long least, long most, long step) implements WordShape {}

    /** {@code true} or {@code false}. */
    record Flag() implements WordShape {}

    /** One of {@link ValueType#choices()}. */
    record Choice() implements WordShape {}
}
