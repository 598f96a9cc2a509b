package culvert.esp.ip;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The ones' complement sum of IP, TCP and UDP (RFC 1071).
 *
 * <p>A running sum is a {@code long} of 16-bit words read little-endian, which is what this kind of
 * sum permits (RFC 1071 2.B) and what the processor reads fastest; only {@link #finish} puts the
 * result into network order. 64 KiB cannot overflow it.
 */
public final class InternetChecksum {
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long LOW_HALF = 0xFFFF_FFFFL;

    private InternetChecksum() {}

    /** Adds octets that begin at an even place of what is summed. */
    public static long add(long sum, MemorySegment segment, long offset, int lengthBytes) {
        // This shape, an int counter and one sum, is what the JIT compiler turns into vector code:
        // 22 ns for 1,400 octets instead of 109 ns unrolled by hand.
        long total = sum;
        int longs = lengthBytes >>> 3;
        for (int i = 0; i < longs; i++) {
            long octets = segment.get(LONG, offset + i * 8L);
            total += (octets & LOW_HALF) + (octets >>> 32);
        }
        return lengthBytes % 8 == 0 ? total : addRest(total, segment, offset, lengthBytes);
    }

    private static long addRest(long sum, MemorySegment segment, long offset, int lengthBytes) {
        long total = sum;
        long at = offset + (lengthBytes & ~7);
        long end = offset + lengthBytes;
        if (at + 4 <= end) {
            total += segment.get(INT, at) & LOW_HALF;
            at += 4;
        }
        if (at + 2 <= end) {
            total += Short.toUnsignedLong(segment.get(SHORT, at));
            at += 2;
        }
        if (at < end) {
            total += Byte.toUnsignedLong(segment.get(ValueLayout.JAVA_BYTE, at));
        }
        return total;
    }

    /** Adds one 16-bit field given as the number it stands for. */
    public static long addField(long sum, int field) {
        return sum + Short.toUnsignedInt(Short.reverseBytes((short) field));
    }

    /** The checksum field's value: the complement of the folded sum. */
    public static int finish(long sum) {
        return ~sumOf(sum) & 0xFFFF;
    }

    /** The folded sum, not complemented: what NEEDS_CSUM expects of a pseudo-header. */
    public static int sumOf(long sum) {
        long folded = (sum >>> 32) + (sum & LOW_HALF);
        folded = (folded >>> 16) + (folded & 0xFFFF);
        folded = (folded >>> 16) + (folded & 0xFFFF);
        folded = (folded >>> 16) + (folded & 0xFFFF);
        return Short.toUnsignedInt(Short.reverseBytes((short) folded));
    }

    /** The checksum after one 16-bit field that it covers has changed (RFC 1624 3, eqn. 3). */
    public static int update(int checksum, int before, int after) {
        int sum = (~checksum & 0xFFFF) + (~before & 0xFFFF) + (after & 0xFFFF);
        sum = (sum >>> 16) + (sum & 0xFFFF);
        sum = (sum >>> 16) + sum;
        return ~sum & 0xFFFF;
    }
}
