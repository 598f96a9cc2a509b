package culvert.esp;

import culvert.model.Offload;
import culvert.tunio.Errno;
import java.lang.foreign.MemorySegment;

/** Reads from the TUN device, and knows what to do when a superpacket cannot be handed over. */
final class TunReader {
    private final TunPort tun;
    private final PathCounters counters;
    private final DataplaneEvents events;
    private boolean tcpSuperpackets;
    private boolean udpSuperpackets;

    TunReader(
            TunPort tun,
            DataplaneSettings settings,
            PathCounters counters,
            DataplaneEvents events) {
        this.tun = tun;
        this.counters = counters;
        this.events = events;
        tcpSuperpackets = settings.uses(Offload.TSO);
        udpSuperpackets = settings.uses(Offload.USO);
    }

    /** One packet or superpacket behind its virtio_net_hdr; octets or {@code -errno}. */
    int read(MemorySegment buffer, long offset, int lengthBytes) {
        int readBytes = tun.read(buffer, offset, lengthBytes);
        if (readBytes >= 0) {
            counters.read();
            return readBytes;
        }
        return readBytes == -Errno.EINVAL && turnOffSuperpackets()
                ? read(buffer, offset, lengthBytes)
                : readBytes;
    }

    /**
     * The kernel had a packet whose segmentation it could not express in a virtio_net_hdr. From now
     * on it segments by itself: first the newer offload goes, then the older.
     *
     * @return whether there was one to turn off
     */
    private boolean turnOffSuperpackets() {
        if (!tcpSuperpackets && !udpSuperpackets) {
            return false;
        }
        Offload culprit = udpSuperpackets ? Offload.USO : Offload.TSO;
        tcpSuperpackets &= udpSuperpackets;
        udpSuperpackets = false;
        tun.setSegmentation(tcpSuperpackets, false);
        events.offloadDisabled(culprit, Errno.text(Errno.EINVAL));
        return true;
    }
}
