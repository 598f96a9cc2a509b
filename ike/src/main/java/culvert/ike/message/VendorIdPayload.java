package culvert.ike.message;

/** V (RFC 7296 3.12). */
public record VendorIdPayload(Octets vendorId) implements Payload {}
