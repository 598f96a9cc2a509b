package culvert.tunio;

import static culvert.tunio.GcmLayout.AAD_BYTES;
import static culvert.tunio.GcmLayout.EXTENDED_AAD_BYTES;
import static culvert.tunio.GcmLayout.HEADER_BYTES;
import static culvert.tunio.GcmLayout.ICV_BYTES;
import static culvert.tunio.GcmLayout.OVERHEAD_BYTES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * AES-GCM over libcrypto: off-heap memory as it is, five calls per packet, nothing allocated or
 * thrown.
 */
public final class NativeAesGcm implements AesGcm {
    // The scratch memory of one instance: the nonce (salt, IV), the int that libcrypto sets to the
    // number of octets written, and the authenticated data where they differ from the packet's.
    private static final int WRITTEN_OFFSET = 16;
    private static final int EXTENDED_AAD_OFFSET = 24;
    private static final int SCRATCH_BYTES = 40;

    private static final long NULL = 0;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment scratch = arena.allocate(SCRATCH_BYTES, 8);
    private final boolean extended;
    private final long context;

    private NativeAesGcm(byte[] keymat, int keyBytes, boolean extended, boolean seals) {
        this.extended = extended;
        GcmLayout.writeSalt(keymat, scratch, 0);
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
     * @param extended whether the SA has extended sequence numbers
     * @throws IllegalStateException when libcrypto is missing or refuses
     */
    public static NativeAesGcm forSealing(byte[] keymat, boolean extended) {
        return new NativeAesGcm(keymat, GcmLayout.keyBytes(keymat), extended, true);
    }

    /** A context that opens; see {@link #forSealing}. */
    public static NativeAesGcm forOpening(byte[] keymat, boolean extended) {
        return new NativeAesGcm(keymat, GcmLayout.keyBytes(keymat), extended, false);
    }

    @Override
    public boolean seal(
            long sequenceNumber,
            MemorySegment plain,
            long plainOffset,
            int plainBytes,
            MemorySegment packet,
            long packetOffset) {
        long in = NativeRange.address(plain, plainOffset, plainBytes);
        long header = NativeRange.address(packet, packetOffset, (long) plainBytes + OVERHEAD_BYTES);
        long aad = aad(header, sequenceNumber, packet, packetOffset);
        long out = header + HEADER_BYTES;
        int aadBytes = extended ? EXTENDED_AAD_BYTES : AAD_BYTES;
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

    @Override
    public boolean open(
            long sequenceNumber,
            MemorySegment packet,
            long packetOffset,
            int packetBytes,
            MemorySegment plain,
            long plainOffset) {
        int plainBytes = packetBytes - OVERHEAD_BYTES;
        if (plainBytes < 0) {
            return false;
        }
        long out = NativeRange.address(plain, plainOffset, plainBytes);
        long header = NativeRange.address(packet, packetOffset, packetBytes);
        long aad = aad(header, sequenceNumber, packet, packetOffset);
        long in = header + HEADER_BYTES;
        int aadBytes = extended ? EXTENDED_AAD_BYTES : AAD_BYTES;
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
        GcmLayout.writeIv(scratch, 0, packet, packetOffset);
        return scratch.address();
    }

    private long aad(long header, long sequenceNumber, MemorySegment packet, long packetOffset) {
        return extended
                ? GcmLayout.writeExtendedAad(
                        scratch, EXTENDED_AAD_OFFSET, sequenceNumber, packet, packetOffset)
                : header;
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
