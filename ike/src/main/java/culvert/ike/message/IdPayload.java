package culvert.ike.message;

/** IDi or IDr (RFC 7296 3.5). */
public record IdPayload(Side side, Identification id) implements Payload {}
