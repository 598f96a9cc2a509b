package culvert.config;

/**
 * The word that stands in a generated file where only the operator knows the value. No key takes it
 * as a value: the check reports each place where it still stands.
 */
public final class Placeholder {
    public static final String WORD = "FILL-IN";

    private Placeholder() {}
}
