package culvert.esp;

import java.util.Optional;

/**
 * An inner packet as it passed, or did not.
 *
 * @param inbound from the peer
 * @param dropped why it was not passed on
 * @param nanos {@code System.nanoTime()} of its batch
 * @param lengthBytes of the packet
 * @param octets its beginning, at most 2048
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to a file, is never compared
public record CapturedPacket(
        boolean inbound,
        Optional<DropReason> dropped,
        long nanos,
        int lengthBytes,
        byte[] octets) {}
