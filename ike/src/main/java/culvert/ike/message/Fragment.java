package culvert.ike.message;

/**
 * An authentic part of a message (RFC 7383 2.5).
 *
 * @param number from 1
 * @param firstType of the first payload of the message; only the first fragment knows
 */
record Fragment(IkeHeader header, int number, int total, int firstType, Octets content) {}
