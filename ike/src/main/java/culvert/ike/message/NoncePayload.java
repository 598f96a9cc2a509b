package culvert.ike.message;

/** Ni or Nr, 16 to 256 octets (RFC 7296 3.9). */
public record NoncePayload(Octets nonce) implements Payload {}
