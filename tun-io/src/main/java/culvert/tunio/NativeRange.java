package culvert.tunio;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** From a segment and a range in it to the address that native code gets. */
final class NativeRange {
    private NativeRange() {}

    /**
     * The address of the range. A range outside of the segment, or a segment on the heap, is a
     * mistake of the caller that must not reach native code, which checks no bounds.
     */
    static long address(MemorySegment buffer, long offset, long lengthBytes) {
        Objects.checkFromIndexSize(offset, lengthBytes, buffer.byteSize());
        if (!buffer.isNative()) {
            throw new IllegalArgumentException("native code needs native memory, not a heap array");
        }
        return buffer.address() + offset;
    }
}
