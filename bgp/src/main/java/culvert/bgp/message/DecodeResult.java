package culvert.bgp.message;

import java.util.List;

/** What came of decoding one message. */
public sealed interface DecodeResult {

    /**
     * A message to act on.
     *
     * @param tolerated errors milder than a reset, already dealt with: attributes are gone,
     *     prefixes have become withdrawn
     */
    record Decoded(BgpMessage message, List<DecodeError> tolerated) implements DecodeResult {
        public Decoded {
            tolerated = List.copyOf(tolerated);
        }
    }

    /** The session must end; the handling of the error is {@link ErrorHandling#SESSION_RESET}. */
    record Malformed(DecodeError error) implements DecodeResult {}
}
