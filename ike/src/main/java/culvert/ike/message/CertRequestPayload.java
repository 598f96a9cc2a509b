package culvert.ike.message;

/** CERTREQ (RFC 7296 3.7). */
public record CertRequestPayload(int encoding, Octets authority) implements Payload {}
