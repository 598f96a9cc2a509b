package culvert.tunio;

import java.lang.foreign.MemorySegment;

/**
 * AES-GCM with a 16-octet ICV as ESP uses it (RFC 4106), keyed once for one direction of one SA.
 *
 * <p>A packet starts with 16 octets that the caller has written: SPI and sequence number, which are
 * authenticated, and the 8-octet IV, which follows the salt in the nonce. The ciphertext and the
 * ICV follow. A cipher for extended sequence numbers authenticates the high half too, which the
 * packet does not carry; the others do not look at the number they are given.
 *
 * <p>Plaintext and ciphertext may be the same memory or disjoint, not partly overlapping. All
 * memory is off-heap. Belongs to the thread that made it: that thread alone seals, opens and
 * closes. {@code false} is the only failure.
 */
public interface AesGcm extends AutoCloseable {
    /**
     * Encrypts {@code plainBytes} behind the packet's 16 octets and puts the ICV behind them.
     *
     * @return false when the cipher refused; the packet is then worthless
     */
    boolean seal(
            long sequenceNumber,
            MemorySegment plain,
            long plainOffset,
            int plainBytes,
            MemorySegment packet,
            long packetOffset);

    /**
     * Checks and decrypts a packet that is 32 octets longer than its plaintext.
     *
     * @return false when it is not authentic; the plaintext memory then holds garbage
     */
    boolean open(
            long sequenceNumber,
            MemorySegment packet,
            long packetOffset,
            int packetBytes,
            MemorySegment plain,
            long plainOffset);

    /** Wipes what the cipher holds of the key. */
    @Override
    void close();
}
