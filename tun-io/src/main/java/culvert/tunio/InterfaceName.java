package culvert.tunio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.charset.StandardCharsets;

/** The rules for names of network interfaces (dev_valid_name in the kernel's net/core/dev.c). */
final class InterfaceName {
    /** IFNAMSIZ of linux/if.h, the final zero byte included. */
    static final int SIZE_BYTES = 16;

    private InterfaceName() {}

    /** The name as a zero-terminated C string, after its check. */
    static MemorySegment encode(SegmentAllocator allocator, String name) {
        return allocator.allocateFrom(require(name));
    }

    static String require(String name) {
        int lengthBytes = name.getBytes(StandardCharsets.UTF_8).length;
        boolean reserved = name.equals(".") || name.equals("..");
        // '%' is legal, but TUNSETIFF would take it as a template for a name of its own.
        boolean badCharacter =
                name.chars().anyMatch(c -> c <= ' ' || c > '~' || "/:%".indexOf(c) >= 0);
        if (lengthBytes == 0 || lengthBytes >= SIZE_BYTES || reserved || badCharacter) {
            throw new TunIoException(
                    "'"
                            + name
                            + "' cannot name a network interface: 1 to 15 ASCII characters,"
                            + " without '/', ':', '%' and spaces");
        }
        return name;
    }

    /** The index of the interface in the calling thread's network namespace. */
    static int toIndex(String name) {
        try (Arena arena = Arena.ofConfined()) {
            int index = Libc.ifNameToIndex(encode(arena, name));
            if (index < 0) {
                throw new TunIoException("cannot find the interface " + name, -index, "");
            }
            return index;
        }
    }
}
