package culvert.bgp.message;

import java.util.Arrays;

/**
 * Reads one stretch of a message front to back. Callers ask {@link #remaining} before they take; to
 * take more than there is would be our own bug and throws.
 */
final class OctetReader {
    private final byte[] octets;
    private final int end;
    private int position;

    OctetReader(byte[] octets, int from, int to) {
        this.octets = octets;
        this.position = from;
        this.end = to;
    }

    int remaining() {
        return end - position;
    }

    boolean isAtEnd() {
        return position == end;
    }

    int u8() {
        return octets[take(1)] & 0xFF;
    }

    int u16() {
        return u8() << 8 | u8();
    }

    int i32() {
        return u16() << 16 | u16();
    }

    long u32() {
        return i32() & 0xFFFF_FFFFL;
    }

    /** The next octets, at most eight, as the leading ones of a word whose other bits are zero. */
    long leading(int count) {
        int from = take(count);
        long word = 0;
        for (int i = 0; i < count; i++) {
            word |= (octets[from + i] & 0xFFL) << (56 - 8 * i);
        }
        return word;
    }

    byte[] bytes(int count) {
        int from = take(count);
        return Arrays.copyOfRange(octets, from, from + count);
    }

    Octets octets(int count) {
        int from = take(count);
        return Octets.copyOf(octets, from, from + count);
    }

    /** Everything up to the end. */
    Octets rest() {
        return octets(remaining());
    }

    /** A reader of the next octets alone; this reader goes on after them. */
    OctetReader slice(int count) {
        int from = take(count);
        return new OctetReader(octets, from, from + count);
    }

    /** A second reader of what remains; this reader stays where it is. */
    OctetReader copy() {
        return new OctetReader(octets, position, end);
    }

    private int take(int count) {
        if (count < 0 || count > remaining()) {
            throw new IndexOutOfBoundsException(count + " octets of " + remaining());
        }
        int from = position;
        position += count;
        return from;
    }
}
