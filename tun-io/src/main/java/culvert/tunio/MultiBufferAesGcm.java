package culvert.tunio;

import static culvert.tunio.GcmLayout.AAD_BYTES;
import static culvert.tunio.GcmLayout.EXTENDED_AAD_BYTES;
import static culvert.tunio.GcmLayout.HEADER_BYTES;
import static culvert.tunio.GcmLayout.ICV_BYTES;
import static culvert.tunio.GcmLayout.LARGE_KEY_BYTES;
import static culvert.tunio.GcmLayout.OVERHEAD_BYTES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * AES-GCM over Intel's ipsec-mb library: off-heap memory as it is, one call per packet, nothing
 * allocated or thrown.
 */
public final class MultiBufferAesGcm implements AesGcm {
    // One instance's memory, each part in cache lines of its own. The library's header asks for
    // 1,280 octets of key data at most, and for less than 128 of context; there is room to spare.
    private static final int KEY_DATA_BYTES = 4096;
    private static final int CONTEXT_OFFSET = KEY_DATA_BYTES;
    private static final int CONTEXT_BYTES = 512;
    private static final int NONCE_OFFSET = CONTEXT_OFFSET + CONTEXT_BYTES;
    private static final int TAG_OFFSET = NONCE_OFFSET + 16;
    private static final int EXTENDED_AAD_OFFSET = TAG_OFFSET + ICV_BYTES;
    private static final int MEMORY_BYTES = EXTENDED_AAD_OFFSET + 16;
    private static final int CACHE_LINE_BYTES = 64;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(MEMORY_BYTES, CACHE_LINE_BYTES);
    private final boolean largeKey;
    private final boolean extended;

    private MultiBufferAesGcm(byte[] keymat, int keyBytes, boolean extended) {
        largeKey = keyBytes == LARGE_KEY_BYTES;
        this.extended = extended;
        GcmLayout.writeSalt(keymat, memory, NONCE_OFFSET);
        expand(keymat, keyBytes);
    }

    /** What keeps this machine from using the library, for people; empty when nothing does. */
    public static Optional<String> unavailable() {
        return MultiBuffer.problem();
    }

    /**
     * A cipher that seals and opens; give it to one of both only.
     *
     * @param keymat the key of 16 or 32 octets, then the salt of 4; copied, the caller wipes it
     * @param extended whether the SA has extended sequence numbers
     * @throws IllegalStateException when the library is missing
     */
    public static MultiBufferAesGcm keyed(byte[] keymat, boolean extended) {
        int keyBytes = GcmLayout.keyBytes(keymat);
        Optional<String> problem = unavailable();
        if (problem.isPresent()) {
            throw new IllegalStateException(problem.get());
        }
        return new MultiBufferAesGcm(keymat, keyBytes, extended);
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
        long aadBytes = extended ? EXTENDED_AAD_BYTES : AAD_BYTES;
        long out = header + HEADER_BYTES;
        GcmLayout.writeIv(memory, NONCE_OFFSET, packet, packetOffset);
        long key = memory.address();
        long context = key + CONTEXT_OFFSET;
        long nonce = key + NONCE_OFFSET;
        long tag = out + plainBytes;
        long bytes = plainBytes;
        try {
            if (largeKey) {
                MultiBuffer.SEAL_256.invokeExact(
                        key, context, out, in, bytes, nonce, aad, aadBytes, tag, (long) ICV_BYTES);
            } else {
                MultiBuffer.SEAL_128.invokeExact(
                        key, context, out, in, bytes, nonce, aad, aadBytes, tag, (long) ICV_BYTES);
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
        return true;
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
        long aadBytes = extended ? EXTENDED_AAD_BYTES : AAD_BYTES;
        long in = header + HEADER_BYTES;
        // In place, the ICV of a packet is left alone by decryption; elsewhere it is anyway.
        long icvOffset = packetOffset + HEADER_BYTES + plainBytes;
        GcmLayout.writeIv(memory, NONCE_OFFSET, packet, packetOffset);
        long key = memory.address();
        long context = key + CONTEXT_OFFSET;
        long nonce = key + NONCE_OFFSET;
        long tag = key + TAG_OFFSET;
        long bytes = plainBytes;
        try {
            if (largeKey) {
                MultiBuffer.OPEN_256.invokeExact(
                        key, context, out, in, bytes, nonce, aad, aadBytes, tag, (long) ICV_BYTES);
            } else {
                MultiBuffer.OPEN_128.invokeExact(
                        key, context, out, in, bytes, nonce, aad, aadBytes, tag, (long) ICV_BYTES);
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

    private long aad(long header, long sequenceNumber, MemorySegment packet, long packetOffset) {
        return extended
                ? GcmLayout.writeExtendedAad(
                        memory, EXTENDED_AAD_OFFSET, sequenceNumber, packet, packetOffset)
                : header;
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

    private static RuntimeException unexpected(Throwable e) {
        return new IllegalStateException("a downcall into libIPSec_MB failed", e);
    }
}
