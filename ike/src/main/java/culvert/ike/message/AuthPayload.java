package culvert.ike.message;

/** AUTH: the proof of identity (RFC 7296 3.8). */
public record AuthPayload(int method, Octets data) implements Payload {
    /** Shared Key Message Integrity Code. */
    public static final int SHARED_KEY = 2;
}
