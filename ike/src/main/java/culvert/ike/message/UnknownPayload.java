package culvert.ike.message;

/** A payload type that Culvert does not know; an error when critical (RFC 7296 2.5). */
public record UnknownPayload(int payloadType, boolean critical, Octets body) implements Payload {}
