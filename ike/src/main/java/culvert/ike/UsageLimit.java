package culvert.ike;

/**
 * How much one direction of a CHILD SA may carry (RFC 4301 4.4.2.1). Past the soft limit it is
 * rekeyed, past the hard one it ends.
 *
 * <p>Without extended sequence numbers the 2^32nd packet can never be sent (RFC 4303 3.3.3). At
 * AWS's 140,000 packets a second the soft limit leaves an hour; the bytes are what so many packets
 * of 1,500 octets hold, rounded up.
 */
enum UsageLimit {
    SOFT(0xE000_0000L, 7L << 40),
    HARD(0xFFFF_0000L, 8L << 40);

    private final long packets;
    private final long bytes;

    UsageLimit(long packets, long bytes) {
        this.packets = packets;
        this.bytes = bytes;
    }

    /**
     * @param packets carried, or the last sequence number, whichever is more
     * @param extended 64-bit sequence numbers, of which no SA runs out
     */
    boolean isReached(long packets, long bytes, boolean extended) {
        return (!extended && packets >= this.packets) || bytes >= this.bytes;
    }
}
