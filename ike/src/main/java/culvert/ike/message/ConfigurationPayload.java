package culvert.ike.message;

/** CP, kept raw: Culvert neither asks for nor hands out addresses (RFC 7296 3.15). */
public record ConfigurationPayload(Octets body) implements Payload {}
