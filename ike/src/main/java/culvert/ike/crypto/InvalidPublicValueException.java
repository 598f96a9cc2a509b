package culvert.ike.crypto;

/** The peer's public value is none of the group's; the message says why, for the log. */
public final class InvalidPublicValueException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidPublicValueException(String reason) {
        // Strangers decide how often this is thrown, so it has no stack trace.
        super(reason, null, false, false);
    }
}
