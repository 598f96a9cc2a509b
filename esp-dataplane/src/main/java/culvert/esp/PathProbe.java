package culvert.esp;

import java.lang.foreign.MemorySegment;

/**
 * A dummy packet (RFC 4303 2.6) that leaves with DF: a path that is too narrow for it answers with
 * ICMP, and the peer discards it.
 */
final class PathProbe {
    private volatile int wantedBytes;

    /** Has an ESP packet of this many octets leave soon; without an SA it waits. Any thread. */
    void want(int datagramBytes) {
        wantedBytes = datagramBytes;
    }

    boolean isWanted() {
        return wantedBytes != 0;
    }

    /**
     * Seals it and sends it.
     *
     * @param plain room for the plaintext
     * @param sealed room for the packet
     */
    void send(
            OutboundSa sa,
            MemorySegment plain,
            long plainOffset,
            MemorySegment sealed,
            RunSender sender,
            long nowNanos) {
        int datagramBytes = wantedBytes;
        wantedBytes = 0;
        long sequenceNumber = sa.sequence().next();
        if (sequenceNumber == SequenceCounter.EXHAUSTED) {
            return;
        }
        int plainBytes = datagramBytes - EspPacket.OVERHEAD_BYTES;
        plain.asSlice(plainOffset, plainBytes).fill((byte) 0);
        long trailer = plainOffset + plainBytes - EspPacket.TRAILER_BYTES;
        EspPacket.writeTrailer(plain, trailer, 0, EspPacket.NEXT_HEADER_NONE);
        EspPacket.writeHeader(sealed, 0, sa.spi().value(), sequenceNumber);
        if (sa.seal(sequenceNumber, plain, plainOffset, plainBytes, sealed, 0)) {
            sender.sendProbe(sealed, datagramBytes);
            sa.activity().packet(datagramBytes, nowNanos);
        }
    }
}
