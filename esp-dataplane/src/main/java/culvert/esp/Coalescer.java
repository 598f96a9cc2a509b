package culvert.esp;

import culvert.esp.ip.IpPacket;
import culvert.esp.ip.Superpacket;
import culvert.esp.ip.VnetHeader;
import culvert.model.Offload;
import culvert.tunio.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Joins packets of one flow that arrive one after the other into a superpacket, so that the TUN
 * device and the kernel behind it handle many as one. Nothing is held back: {@link #flush} ends
 * every batch.
 *
 * <p>Packets are decrypted to the place where they would be joined, so that joining moves no
 * payload:
 *
 * <pre>
 *   item       [headers][payload 0][payload 1]
 *   candidate                 [headers][payload 2]      {@link #openAt}: over the item's end,
 *                                                       whose octets are saved
 *   joined     [headers][payload 0][payload 1][payload 2]   {@link #accept}: saved octets restored
 * </pre>
 *
 * A candidate that does not join is moved out of the way, which costs the copy that was saved.
 */
final class Coalescer {
    private static final int PACKET_OFFSET = 64;
    private static final int VNET_OFFSET = PACKET_OFFSET - VnetHeader.BYTES;
    private static final int LONGEST_PACKET_BYTES = 65_535;

    // Room for a full item and a candidate behind it.
    private static final int SLOT_BYTES = PACKET_OFFSET + 2 * LONGEST_PACKET_BYTES;

    private final TunPort tun;
    private final PathCounters counters;
    private final DataplaneEvents events;
    private final CoalescedFlow flow;
    private final MemorySegment saved;
    private MemorySegment slot;
    private MemorySegment spareSlot;
    private final IpPacket refused = new IpPacket();
    private final Superpacket superpacket;

    // The item: empty while itemSegments is 0.
    private int itemSegments;
    private int itemBytes;
    private long itemInnerBytes;
    private long candidate;
    private int savedBytes;

    Coalescer(
            Arena arena,
            TunPort tun,
            DataplaneSettings settings,
            PathCounters counters,
            DataplaneEvents events) {
        this.tun = tun;
        this.counters = counters;
        this.events = events;
        flow =
                new CoalescedFlow(
                        arena,
                        settings.uses(Offload.COALESCE_TCP),
                        settings.uses(Offload.COALESCE_UDP));
        superpacket = new Superpacket(arena);
        saved = arena.allocate(CoalescedFlow.LONGEST_HEADERS_BYTES);
        slot = arena.allocate(SLOT_BYTES, 64);
        spareSlot = arena.allocate(SLOT_BYTES, 64);
    }

    /** The memory that {@link #openAt} speaks of, until the next {@link #accept}. */
    MemorySegment buffer() {
        return slot;
    }

    /** Where the next plaintext of this length has to be put. */
    long openAt(int plainBytes) {
        if (itemSegments == 1 && !flow.checksumsHold(slot, PACKET_OFFSET, itemBytes)) {
            flush(); // joined, a corrupt packet would get a fresh, valid checksum
        }
        if (itemSegments > 0 && itemBytes + plainBytes > LONGEST_PACKET_BYTES) {
            flush();
        }
        if (itemSegments == 0) {
            candidate = PACKET_OFFSET;
            savedBytes = 0;
        } else {
            savedBytes = flow.headersBytes();
            candidate = (long) PACKET_OFFSET + itemBytes - savedBytes;
            MemorySegment.copy(slot, candidate, saved, 0, savedBytes);
        }
        return candidate;
    }

    /** Forgets the candidate. */
    void discard() {
        MemorySegment.copy(saved, 0, slot, candidate, savedBytes);
        savedBytes = 0;
    }

    /** Joins the candidate to the item, or writes the item and goes on with the candidate. */
    void accept(IpPacket packet) {
        if (itemSegments == 0) {
            begin(packet);
        } else if (flow.joins(packet, itemSegments)) {
            join(packet);
        } else {
            MemorySegment.copy(slot, candidate, spareSlot, PACKET_OFFSET, packet.lengthBytes());
            discard();
            flush();
            MemorySegment written = slot;
            slot = spareSlot;
            spareSlot = written;
            packet.wrap(slot, PACKET_OFFSET, packet.lengthBytes());
            begin(packet);
        }
    }

    private void begin(IpPacket packet) {
        itemSegments = 1;
        itemBytes = packet.lengthBytes();
        itemInnerBytes = packet.lengthBytes();
        if (!flow.begin(packet)) {
            flush();
        }
    }

    private void join(IpPacket packet) {
        boolean last = flow.join(packet);
        itemBytes += packet.lengthBytes() - flow.headersBytes();
        itemInnerBytes += packet.lengthBytes();
        itemSegments++;
        discard(); // the candidate's headers: the item's own octets come back
        if (last) {
            flush();
        }
    }

    /** Writes the item, if there is one. */
    void flush() {
        if (itemSegments == 0) {
            return;
        }
        if (itemSegments == 1) {
            VnetHeader.writeNone(slot, VNET_OFFSET);
        } else {
            flow.writeHeaders(slot, PACKET_OFFSET, itemBytes, VNET_OFFSET);
        }
        int result = tun.write(slot, VNET_OFFSET, VnetHeader.BYTES + itemBytes);
        counters.wrote();
        if (result >= 0) {
            counters.passed(itemSegments, itemInnerBytes);
        } else if (itemSegments == 1) {
            counters.drop(DropReason.TUN_WRITE);
        } else {
            writeSingly(-result);
        }
        itemSegments = 0;
    }

    /**
     * Splits the item that the kernel refused, and writes its packets. When it takes those, it was
     * joining that failed: some kernels mishandle superpackets from TUN devices.
     */
    private void writeSingly(int error) {
        if (!refused.wrap(slot, PACKET_OFFSET, itemBytes)
                || !superpacket.wrap(refused, VNET_OFFSET)) {
            counters.drop(DropReason.INTERNAL, itemSegments);
            return;
        }
        int taken = 0;
        for (int k = 0; k < superpacket.segments(); k++) {
            superpacket.write(k);
            int packetBytes = superpacket.segmentBytes(k);
            long vnet = superpacket.segmentOffset(k) - VnetHeader.BYTES;
            VnetHeader.writeNone(slot, vnet);
            int result = tun.write(slot, vnet, VnetHeader.BYTES + packetBytes);
            counters.wrote();
            if (result >= 0) {
                counters.passed(1, packetBytes);
                taken++;
            } else {
                counters.drop(DropReason.TUN_WRITE);
            }
        }
        if (taken > 0 && isOffloadError(error)) {
            events.offloadDisabled(flow.turnOff(), Errno.text(error));
        }
    }

    /** A want of memory or a device that was down for a moment is not the offload's fault. */
    private static boolean isOffloadError(int error) {
        return error == Errno.EINVAL || error == Errno.EIO || error == Errno.EMSGSIZE;
    }

    /** Forgets the item unwritten; returns how many packets that loses. */
    int abandon() {
        int lost = itemSegments;
        itemSegments = 0;
        savedBytes = 0;
        return lost;
    }
}
