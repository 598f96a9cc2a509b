package culvert.perf;

/** A measurement that could not be made, in words for people. */
final class PerfException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PerfException(String message) {
        super(message);
    }
}
