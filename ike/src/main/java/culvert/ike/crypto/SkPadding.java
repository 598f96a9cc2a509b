package culvert.ike.crypto;

import java.util.Arrays;
import java.util.Optional;

/**
 * The end of SK's plaintext: padding of any content, then one octet with its length (RFC 7296
 * 3.14).
 */
final class SkPadding {
    private SkPadding() {}

    /** What stands before the padding; empty when the padding claims more than there is. */
    static Optional<byte[]> strip(byte[] padded) {
        if (padded.length == 0) {
            return Optional.empty();
        }
        int padLengthBytes = padded[padded.length - 1] & 0xFF;
        int plaintextBytes = padded.length - 1 - padLengthBytes;
        return plaintextBytes < 0
                ? Optional.empty()
                : Optional.of(Arrays.copyOf(padded, plaintextBytes));
    }
}
