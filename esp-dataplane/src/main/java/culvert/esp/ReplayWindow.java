package culvert.esp;

/**
 * Which sequence numbers of an inbound SA have been seen (RFC 4303 3.4.3). One writer.
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
 * <p>The order of use is the rule: {@link #mayAccept}, then authenticate, then {@link #markSeen}.
 */
final class ReplayWindow {
    static final int SMALLEST = 32;
    static final int LARGEST = 4096;

    private static final int BLOCK_SHIFT = 6;

    private final long[] blocks;
    private final long blockMask;
    private final long window;
    private long top; // the highest number seen, unsigned 32 bits; 0 before the first

    ReplayWindow(int packets) {
        requireSize(packets);
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

    /** Whether a packet with this number may be genuine: neither too old nor seen. */
    boolean mayAccept(int sequenceNumber) {
        long number = Integer.toUnsignedLong(sequenceNumber);
        if (number > top) {
            return true;
        }
        // RFC 4303 3.3.3: the first packet carries 1, so 0 is never valid without ESN.
        return number != 0
                && top - number < window
                && (blocks[(int) ((number >>> BLOCK_SHIFT) & blockMask)] & (1L << number)) == 0;
    }

    /** Records the number of an authenticated packet that {@link #mayAccept} let pass. */
    void markSeen(int sequenceNumber) {
        long number = Integer.toUnsignedLong(sequenceNumber);
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
