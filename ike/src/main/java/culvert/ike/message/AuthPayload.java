package culvert.ike.message;

/** AUTH: the proof of identity (RFC 7296 3.8). */
public record AuthPayload(int method, Octets data) implements Payload {
    public static final int RSA_SIGNATURE = 1;

    /** Shared Key Message Integrity Code. */
    public static final int SHARED_KEY = 2;

    // RFC 4754
    public static final int ECDSA_P256 = 9;
    public static final int ECDSA_P384 = 10;
    public static final int ECDSA_P521 = 11;

    /** The algorithm is named in the data (RFC 7427). */
    public static final int DIGITAL_SIGNATURE = 14;
}
