package culvert.tunio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Optional;

/**
 * AES-GCM with a 16-octet ICV over libcrypto, shaped for ESP (RFC 4106) and keyed once for one
 * direction of one SA.
 *
 * <p>A packet starts with 16 octets that the caller has written: 8 of additional authenticated data
 * (SPI and sequence number) and the 8-octet IV. The nonce is the salt followed by that IV. The
 * ciphertext and the ICV follow. Plaintext and ciphertext may be the same memory or disjoint, not
 * partly overlapping. All memory is off-heap.
 *
 * <p>Belongs to the thread that made it: that thread alone seals, opens and closes. Nothing is
 * allocated or thrown per packet; {@code false} is the only failure.
 */
public final class NativeAesGcm implements AutoCloseable {
    private static final int AAD_BYTES = 8;
    private static final int IV_BYTES = 8;
    private static final int HEADER_BYTES = AAD_BYTES + IV_BYTES;
    private static final int ICV_BYTES = 16;
    private static final int SALT_BYTES = 4;

    // The scratch memory of one instance: the nonce (salt, IV), the int that libcrypto sets to the
    // number of octets written, and the authenticated data where they differ from the packet's.
    private static final int WRITTEN_OFFSET = 16;
    private static final int EXTENDED_AAD_OFFSET = 24;
    private static final int SCRATCH_BYTES = 40;

    // SPI, high and low half of the sequence number.
    private static final int EXTENDED_AAD_BYTES = 12;

    private static final ValueLayout.OfInt BIG_ENDIAN_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final long NULL = 0;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment scratch = arena.allocate(SCRATCH_BYTES, 8);
    private final long context;

    private NativeAesGcm(byte[] keymat, boolean seals) {
        int keyBytes = keymat.length - SALT_BYTES;
        if (keyBytes != 16 && keyBytes != 32) {
            arena.close();
            throw new IllegalArgumentException("KEYMAT of " + keymat.length + " octets");
        }
        MemorySegment.copy(keymat, keyBytes, scratch, ValueLayout.JAVA_BYTE, 0, SALT_BYTES);
        context = keyed(keymat, keyBytes, seals);
        if (context == NULL) {
            scratch.fill((byte) 0);
            arena.close();
            throw new IllegalStateException(
                    unavailable().orElse("libcrypto refused AES-" + keyBytes * 8 + "-GCM"));
        }
    }

    /** What keeps this machine from using libcrypto, for people; empty when nothing does. */
    public static Optional<String> unavailable() {
        return LibCrypto.problem();
    }

    /**
     * A context that seals.
     *
     * @param keymat the key of 16 or 32 octets, then the salt of 4; copied, the caller wipes it
     * @throws IllegalStateException when libcrypto is missing or refuses
     */
    public static NativeAesGcm forSealing(byte[] keymat) {
        return new NativeAesGcm(keymat, true);
    }

    /** A context that opens; see {@link #forSealing}. */
    public static NativeAesGcm forOpening(byte[] keymat) {
        return new NativeAesGcm(keymat, false);
    }

    /**
     * Encrypts {@code plainBytes} to the 16th octet of the packet and puts the ICV after them.
     *
     * @return whether libcrypto did so
     */
    public boolean seal(
            MemorySegment plain,
            long plainOffset,
            int plainBytes,
            MemorySegment packet,
            long packetOffset) {
        long aad = address(packet, packetOffset, HEADER_BYTES);
        return seal(aad, AAD_BYTES, plain, plainOffset, plainBytes, packet, packetOffset);
    }

    /** The same with the high half of an extended sequence number authenticated (RFC 4106 5). */
    public boolean sealExtended(
            int sequenceHigh,
            MemorySegment plain,
            long plainOffset,
            int plainBytes,
            MemorySegment packet,
            long packetOffset) {
        return seal(
                extendedAad(sequenceHigh, packet, packetOffset),
                EXTENDED_AAD_BYTES,
                plain,
                plainOffset,
                plainBytes,
                packet,
                packetOffset);
    }

    private boolean seal(
            long aad,
            int aadBytes,
            MemorySegment plain,
            long plainOffset,
            int plainBytes,
            MemorySegment packet,
            long packetOffset) {
        long in = address(plain, plainOffset, plainBytes);
        long header = address(packet, packetOffset, HEADER_BYTES + (long) plainBytes + ICV_BYTES);
        long out = header + HEADER_BYTES;
        long nonce = nonce(packet, packetOffset);
        long written = nonce + WRITTEN_OFFSET;
        try {
            return (int) LibCrypto.ENCRYPT_INIT.invokeExact(context, NULL, NULL, NULL, nonce) == 1
                    && (int)
                                    LibCrypto.ENCRYPT_UPDATE.invokeExact(
                                            context, NULL, written, aad, aadBytes)
                            == 1
                    && (int)
                                    LibCrypto.ENCRYPT_UPDATE.invokeExact(
                                            context, out, written, in, plainBytes)
                            == 1
                    && (int) LibCrypto.ENCRYPT_FINAL.invokeExact(context, out + plainBytes, written)
                            == 1
                    && (int)
                                    LibCrypto.CTX_CTRL.invokeExact(
                                            context,
                                            LibCrypto.CTRL_GET_TAG,
                                            ICV_BYTES,
                                            out + plainBytes)
                            == 1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Checks the ICV and decrypts a packet of {@code packetBytes}, which is 32 more than the
     * plaintext.
     *
     * @return whether the packet is authentic; when not, the plaintext memory holds garbage
     */
    public boolean open(
            MemorySegment packet,
            long packetOffset,
            int packetBytes,
            MemorySegment plain,
            long plainOffset) {
        if (packetBytes < HEADER_BYTES) {
            return false;
        }
        long aad = address(packet, packetOffset, HEADER_BYTES);
        return open(aad, AAD_BYTES, packet, packetOffset, packetBytes, plain, plainOffset);
    }

    /** The same with the high half of an extended sequence number authenticated (RFC 4106 5). */
    public boolean openExtended(
            int sequenceHigh,
            MemorySegment packet,
            long packetOffset,
            int packetBytes,
            MemorySegment plain,
            long plainOffset) {
        if (packetBytes < HEADER_BYTES) {
            return false;
        }
        return open(
                extendedAad(sequenceHigh, packet, packetOffset),
                EXTENDED_AAD_BYTES,
                packet,
                packetOffset,
                packetBytes,
                plain,
                plainOffset);
    }

    private boolean open(
            long aad,
            int aadBytes,
            MemorySegment packet,
            long packetOffset,
            int packetBytes,
            MemorySegment plain,
            long plainOffset) {
        int plainBytes = packetBytes - HEADER_BYTES - ICV_BYTES;
        if (plainBytes < 0) {
            return false;
        }
        long out = address(plain, plainOffset, plainBytes);
        long header = address(packet, packetOffset, packetBytes);
        long in = header + HEADER_BYTES;
        long nonce = nonce(packet, packetOffset);
        long written = nonce + WRITTEN_OFFSET;
        try {
            return (int) LibCrypto.DECRYPT_INIT.invokeExact(context, NULL, NULL, NULL, nonce) == 1
                    && (int)
                                    LibCrypto.DECRYPT_UPDATE.invokeExact(
                                            context, NULL, written, aad, aadBytes)
                            == 1
                    && (int)
                                    LibCrypto.DECRYPT_UPDATE.invokeExact(
                                            context, out, written, in, plainBytes)
                            == 1
                    && (int)
                                    LibCrypto.CTX_CTRL.invokeExact(
                                            context,
                                            LibCrypto.CTRL_SET_TAG,
                                            ICV_BYTES,
                                            in + plainBytes)
                            == 1
                    && (int) LibCrypto.DECRYPT_FINAL.invokeExact(context, out + plainBytes, written)
                            == 1;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Frees the context; libcrypto clears the expanded key, we clear the salt. */
    @Override
    public void close() {
        if (!arena.scope().isAlive()) {
            return;
        }
        free(context);
        scratch.fill((byte) 0);
        arena.close();
    }

    private long nonce(MemorySegment packet, long packetOffset) {
        scratch.set(
                ValueLayout.JAVA_LONG_UNALIGNED,
                SALT_BYTES,
                packet.get(ValueLayout.JAVA_LONG_UNALIGNED, packetOffset + AAD_BYTES));
        return scratch.address();
    }

    private long extendedAad(int sequenceHigh, MemorySegment packet, long packetOffset) {
        scratch.set(BIG_ENDIAN_INT, EXTENDED_AAD_OFFSET, packet.get(BIG_ENDIAN_INT, packetOffset));
        scratch.set(BIG_ENDIAN_INT, EXTENDED_AAD_OFFSET + 4, sequenceHigh);
        scratch.set(
                BIG_ENDIAN_INT,
                EXTENDED_AAD_OFFSET + 8,
                packet.get(BIG_ENDIAN_INT, packetOffset + 4));
        return scratch.address() + EXTENDED_AAD_OFFSET;
    }

    /** The address of a range that lies within the segment: libcrypto checks no bounds. */
    private static long address(MemorySegment segment, long offset, long lengthBytes) {
        Objects.checkFromIndexSize(offset, lengthBytes, segment.byteSize());
        return segment.address() + offset;
    }

    private static long keyed(byte[] keymat, int keyBytes, boolean seals) {
        try (Arena temporary = Arena.ofConfined()) {
            long cipher = Ciphers.aesGcm(keyBytes);
            long context = cipher == NULL ? NULL : (long) LibCrypto.CTX_NEW.invokeExact();
            if (context == NULL) {
                return NULL;
            }
            MemorySegment key = temporary.allocate(keyBytes);
            MemorySegment.copy(keymat, 0, key, ValueLayout.JAVA_BYTE, 0, keyBytes);
            long address = key.address();
            int done =
                    seals
                            ? (int)
                                    LibCrypto.ENCRYPT_INIT.invokeExact(
                                            context, cipher, NULL, address, NULL)
                            : (int)
                                    LibCrypto.DECRYPT_INIT.invokeExact(
                                            context, cipher, NULL, address, NULL);
            key.fill((byte) 0);
            if (done != 1) {
                free(context);
                return NULL;
            }
            return context;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static void free(long context) {
        try {
            LibCrypto.CTX_FREE.invokeExact(context);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static RuntimeException unexpected(Throwable e) {
        return new IllegalStateException("a downcall into libcrypto failed", e);
    }

    /** The two algorithms, fetched once and kept for the life of the process. */
    private static final class Ciphers {
        private static final long AES_128_GCM = fetch("AES-128-GCM");
        private static final long AES_256_GCM = fetch("AES-256-GCM");

        static long aesGcm(int keyBytes) {
            return keyBytes == 16 ? AES_128_GCM : AES_256_GCM;
        }

        private static long fetch(String name) {
            try (Arena temporary = Arena.ofConfined()) {
                long address = temporary.allocateFrom(name).address();
                return (long) LibCrypto.CIPHER_FETCH.invokeExact(NULL, address, NULL);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }
    }
}
