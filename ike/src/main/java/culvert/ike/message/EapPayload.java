package culvert.ike.message;

/** EAP, kept raw and refused (RFC 7296 3.16). */
public record EapPayload(Octets body) implements Payload {}
