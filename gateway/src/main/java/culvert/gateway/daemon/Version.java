package culvert.gateway.daemon;

/** Which Culvert this is. */
public final class Version {
    /** Of the program, as {@code culvert --version} says it. */
    public static final String CULVERT = "0.1.0";

    private Version() {}

    /** Of the Java runtime. */
    public static String java() {
        return Runtime.version().toString();
    }
}
