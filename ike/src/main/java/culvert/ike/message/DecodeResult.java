package culvert.ike.message;

/**
 * What became of a datagram. Who wrote a bad message decides the answer: an authenticated peer is
 * told and its SA ends; anyone else is counted and ignored (RFC 7296 2.21).
 */
public sealed interface DecodeResult {
    /** A complete message that means something. */
    record Ok(IkeMessage message) implements DecodeResult {}

    /** A valid fragment of a message that is not complete yet (RFC 7383 2.6). */
    record NeedMoreFragments(IkeHeader header) implements DecodeResult {}

    /**
     * The peer's own ICV is good and the content is not: answer with the notify and close the SA.
     */
    record BadButAuthentic(IkeHeader header, NotifyPayload answer, String reason)
            implements DecodeResult {}

    /** Not from anyone we know: drop and count. */
    record BadUnauthenticated(String reason) implements DecodeResult {}
}
