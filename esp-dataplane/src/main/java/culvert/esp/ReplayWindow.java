package culvert.esp;

/**
 * Which sequence numbers of an inbound SA have been seen (RFC 4303 3.4.3). One writer.
 *
 * <p>Packets carry 32 bits of a number. With extended sequence numbers it has 64, and the window
 * says which ones are meant: {@link #inferred}.
 *
 * <p>A ring of 64-bit blocks as RFC 6479 describes: a sequence number's bit is found by masking,
 * never by shifting, and the window moves by clearing whole blocks. One block more than the window
 * needs lets the newest block fill while the oldest still counts.
 *
 * <pre>
 *            left edge                               top
 *   ... |--------#=======|================|=====#--------| ...
 *        too old  <------ window: last N ------>  new
 * </pre>
 *
 * <p>The order of use is the rule: {@link #inferred}, {@link #mayAccept}, then authenticate, then
 * {@link #markSeen}.
 */
final class ReplayWindow {
    static final int SMALLEST = 32;
    static final int LARGEST = 4096;

    private static final int BLOCK_SHIFT = 6;

    private final long[] blocks;
    private final long blockMask;
    private final long window;
    private final boolean extended;
    private long top; // the highest number seen; 0 before the first

    ReplayWindow(int packets, boolean extended) {
        this(packets, extended, 0);
    }

    /** A window whose highest number seen is {@code top}; none below it counts as seen. */
    ReplayWindow(int packets, boolean extended, long top) {
        requireSize(packets);
        this.extended = extended;
        this.top = top;
        window = packets;
        int needed = (packets + Long.SIZE - 1) / Long.SIZE + 1;
        blocks = new long[Integer.highestOneBit(needed * 2 - 1)];
        blockMask = blocks.length - 1L;
    }

    /** Throws IllegalArgumentException unless a window may have this size. */
    static void requireSize(int packets) {
        if (packets < SMALLEST || packets > LARGEST) {
            throw new IllegalArgumentException(
                    "replay window of %d packets is not within %d to %d"
                            .formatted(packets, SMALLEST, LARGEST));
        }
    }

    /**
     * The whole number of a packet. With extended sequence numbers it is the only one with these
     * low-order bits among the 2^32 that begin at the window's left edge (RFC 4303 A2.2); below 1
     * when that would lie before the first packet.
     */
    long inferred(int sequenceNumber) {
        if (!extended) {
            return Integer.toUnsignedLong(sequenceNumber);
        }
        long leftEdge = top - window + 1;
        return leftEdge + Integer.toUnsignedLong(sequenceNumber - (int) leftEdge);
    }

    /** Whether a packet with this number may be genuine: neither too old nor seen. */
    boolean mayAccept(long number) {
        if (number > top) {
            return true;
        }
        // RFC 4303 3.3.3: the first packet carries 1.
        return number > 0
                && top - number < window
                && (blocks[(int) ((number >>> BLOCK_SHIFT) & blockMask)] & (1L << number)) == 0;
    }

    /** Records the number of an authenticated packet that {@link #mayAccept} let pass. */
    void markSeen(long number) {
        long block = number >>> BLOCK_SHIFT;
        if (number > top) {
            long newBlocks = Math.min(block - (top >>> BLOCK_SHIFT), blocks.length);
            for (long i = 0; i < newBlocks; i++) {
                blocks[(int) ((block - i) & blockMask)] = 0;
            }
            top = number;
        }
        blocks[(int) (block & blockMask)] |= 1L << number;
    }
}
