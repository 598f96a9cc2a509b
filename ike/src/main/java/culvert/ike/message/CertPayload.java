package culvert.ike.message;

/** CERT (RFC 7296 3.6). */
public record CertPayload(int encoding, Octets data) implements Payload {
    /** X.509 Certificate - Signature: one certificate in DER. */
    public static final int X509_SIGNATURE = 4;

    public static final int HASH_AND_URL_OF_CERTIFICATE = 12;
    public static final int HASH_AND_URL_OF_BUNDLE = 13;
}
