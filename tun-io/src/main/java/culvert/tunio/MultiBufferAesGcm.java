package culvert.tunio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.Optional;

/**
 * AES-GCM with a 16-octet ICV over Intel's ipsec-mb library, shaped for ESP exactly as {@link
 * NativeAesGcm}: same packets, same rules for memory and threads, one call per packet where
 * libcrypto takes five.
 */
public final class MultiBufferAesGcm implements AutoCloseable {
    private static final int AAD_BYTES = 8;
    private static final int HEADER_BYTES = 16;
    private static final int ICV_BYTES = 16;
    private static final int SALT_BYTES = 4;
    private static final int LARGE_KEY_BYTES = 32;

    // One instance's memory, each part in cache lines of its own. The library's header asks for
    // 1,280 octets of key data at most, and for less than 128 of context; there is room to spare.
    private static final int KEY_DATA_BYTES = 4096;
    private static final int CONTEXT_OFFSET = KEY_DATA_BYTES;
    private static final int CONTEXT_BYTES = 512;
    private static final int NONCE_OFFSET = CONTEXT_OFFSET + CONTEXT_BYTES;
    private static final int TAG_OFFSET = NONCE_OFFSET + 16;
    private static final int MEMORY_BYTES = TAG_OFFSET + ICV_BYTES;
    private static final int CACHE_LINE_BYTES = 64;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(MEMORY_BYTES, CACHE_LINE_BYTES);
    private final boolean largeKey;

    private MultiBufferAesGcm(byte[] keymat) {
        int keyBytes = keymat.length - SALT_BYTES;
        if (keyBytes != 16 && keyBytes != LARGE_KEY_BYTES) {
            arena.close();
            throw new IllegalArgumentException("KEYMAT of " + keymat.length + " octets");
        }
        Optional<String> problem = unavailable();
        if (problem.isPresent()) {
            arena.close();
            throw new IllegalStateException(problem.get());
        }
        largeKey = keyBytes == LARGE_KEY_BYTES;
        MemorySegment.copy(
                keymat, keyBytes, memory, ValueLayout.JAVA_BYTE, NONCE_OFFSET, SALT_BYTES);
        expand(keymat, keyBytes);
    }

    /** What keeps this machine from using the library, for people; empty when nothing does. */
    public static Optional<String> unavailable() {
        return MultiBuffer.problem();
    }

    /** Which library, and which instructions of the processor it uses. */
    public static String description() {
        return MultiBuffer.description();
    }

    /**
     * A cipher that seals and opens; give it to one of both only.
     *
     * @param keymat the key of 16 or 32 octets, then the salt of 4; copied, the caller wipes it
     * @throws IllegalStateException when the library is missing
     */
    public static MultiBufferAesGcm keyed(byte[] keymat) {
        return new MultiBufferAesGcm(keymat);
    }

    /** Encrypts {@code plainBytes} to the 16th octet of the packet and puts the ICV after them. */
    public void seal(
            MemorySegment plain,
            long plainOffset,
            int plainBytes,
            MemorySegment packet,
            long packetOffset) {
        long in = address(plain, plainOffset, plainBytes);
        long header = address(packet, packetOffset, HEADER_BYTES + (long) plainBytes + ICV_BYTES);
        long out = header + HEADER_BYTES;
        setNonce(packet, packetOffset);
        long key = memory.address();
        long context = key + CONTEXT_OFFSET;
        long nonce = key + NONCE_OFFSET;
        long tag = out + plainBytes;
        long bytes = plainBytes;
        try {
            if (largeKey) {
                MultiBuffer.SEAL_256.invokeExact(
                        key,
                        context,
                        out,
                        in,
                        bytes,
                        nonce,
                        header,
                        (long) AAD_BYTES,
                        tag,
                        (long) ICV_BYTES);
            } else {
                MultiBuffer.SEAL_128.invokeExact(
                        key,
                        context,
                        out,
                        in,
                        bytes,
                        nonce,
                        header,
                        (long) AAD_BYTES,
                        tag,
                        (long) ICV_BYTES);
            }
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
        int plainBytes = packetBytes - HEADER_BYTES - ICV_BYTES;
        if (plainBytes < 0) {
            return false;
        }
        long out = address(plain, plainOffset, plainBytes);
        long header = address(packet, packetOffset, packetBytes);
        long in = header + HEADER_BYTES;
        // In place, the ICV of a packet is left alone by decryption; elsewhere it is anyway.
        long icvOffset = packetOffset + HEADER_BYTES + plainBytes;
        setNonce(packet, packetOffset);
        long key = memory.address();
        long context = key + CONTEXT_OFFSET;
        long nonce = key + NONCE_OFFSET;
        long tag = key + TAG_OFFSET;
        long bytes = plainBytes;
        try {
            if (largeKey) {
                MultiBuffer.OPEN_256.invokeExact(
                        key,
                        context,
                        out,
                        in,
                        bytes,
                        nonce,
                        header,
                        (long) AAD_BYTES,
                        tag,
                        (long) ICV_BYTES);
            } else {
                MultiBuffer.OPEN_128.invokeExact(
                        key,
                        context,
                        out,
                        in,
                        bytes,
                        nonce,
                        header,
                        (long) AAD_BYTES,
                        tag,
                        (long) ICV_BYTES);
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
        return tagEquals(packet, icvOffset);
    }

    /** The library computes the ICV and leaves the comparison to us: one of constant time. */
    private boolean tagEquals(MemorySegment packet, long icvOffset) {
        long difference =
                (memory.get(ValueLayout.JAVA_LONG_UNALIGNED, TAG_OFFSET)
                                ^ packet.get(ValueLayout.JAVA_LONG_UNALIGNED, icvOffset))
                        | (memory.get(ValueLayout.JAVA_LONG_UNALIGNED, TAG_OFFSET + Long.BYTES)
                                ^ packet.get(
                                        ValueLayout.JAVA_LONG_UNALIGNED, icvOffset + Long.BYTES));
        return difference == 0;
    }

    /** Wipes the expanded key, the salt and what the library left of the last packet. */
    @Override
    public void close() {
        if (!arena.scope().isAlive()) {
            return;
        }
        memory.fill((byte) 0);
        arena.close();
    }

    private void setNonce(MemorySegment packet, long packetOffset) {
        memory.set(
                ValueLayout.JAVA_LONG_UNALIGNED,
                NONCE_OFFSET + SALT_BYTES,
                packet.get(ValueLayout.JAVA_LONG_UNALIGNED, packetOffset + AAD_BYTES));
    }

    private void expand(byte[] keymat, int keyBytes) {
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment key = temporary.allocate(keyBytes, CACHE_LINE_BYTES);
            MemorySegment.copy(keymat, 0, key, ValueLayout.JAVA_BYTE, 0, keyBytes);
            if (largeKey) {
                MultiBuffer.EXPAND_256.invokeExact(key.address(), memory.address());
            } else {
                MultiBuffer.EXPAND_128.invokeExact(key.address(), memory.address());
            }
            key.fill((byte) 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The address of a range that lies within the segment: the library checks no bounds. */
    private static long address(MemorySegment segment, long offset, long lengthBytes) {
        Objects.checkFromIndexSize(offset, lengthBytes, segment.byteSize());
        return segment.address() + offset;
    }

    private static RuntimeException unexpected(Throwable e) {
        return new IllegalStateException("a downcall into libIPSec_MB failed", e);
    }
}
