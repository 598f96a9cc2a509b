package culvert.esp;

import java.lang.foreign.MemorySegment;

/**
 * AES-GCM with a 16-octet ICV as ESP uses it (RFC 4106), keyed once for one direction of one SA.
 *
 * <p>The packet's first 16 octets (SPI, sequence number, IV) stand in memory already: the first 8
 * are authenticated as they are, the IV completes the nonce. Used and closed by one thread.
 */
sealed interface AesGcm extends AutoCloseable permits IpsecMbAesGcm, LibCryptoAesGcm, JdkAesGcm {
    /**
     * Encrypts {@code plainBytes} behind the packet's 16 octets and puts the ICV behind them.
     *
     * @return false when the cipher refused; the packet is then worthless
     */
    boolean seal(
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
            MemorySegment packet,
            long packetOffset,
            int packetBytes,
            MemorySegment plain,
            long plainOffset);

    /** Wipes what the cipher holds of the key. */
    @Override
    void close();
}
