package culvert.ike.message;

import java.util.Optional;

/**
 * One direction of an IKE SA: seals or opens the body of an SK payload (RFC 7296 3.14).
 *
 * <p>The associated data is the message from the IKE header up to and including the generic header
 * of SK, with its final lengths filled in. A cipher that seals has one owner, which never seals
 * from two threads.
 */
public interface SkCipher {
    /** Octets that IV, padding, pad length and ICV add to a plaintext of this length. */
    int overheadBytes(int plaintextBytes);

    /** IV, ciphertext and ICV, one after the other. */
    byte[] seal(byte[] associatedData, byte[] plaintext);

    /**
     * The plaintext without its padding; empty when the ICV is wrong or the lengths are impossible.
     */
    Optional<byte[]> open(byte[] associatedData, byte[] ivCiphertextIcv);
}
