package culvert.ike.message;

/** CERT (RFC 7296 3.6). */
public record CertPayload(int encoding, Octets data) implements Payload {}
