package culvert.ike.message;

/** KE: a Diffie-Hellman group and our or their public value (RFC 7296 3.4). */
public record KePayload(int group, Octets publicValue) implements Payload {}
