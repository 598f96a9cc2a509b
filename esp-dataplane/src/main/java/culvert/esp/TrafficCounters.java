package culvert.esp;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a tunnel's dataplane has done since it started.
 *
 * @param packetsIn inner packets written to the TUN device
 * @param bytesIn their octets, headers included
 * @param packetsOut inner packets sent to the peer; of a superpacket every segment counts
 * @param bytesOut their octets, headers included
 * @param udpReceives receives of datagrams, a run by UDP GRO counting once; as IP protocol 50 every
 *     packet counts, of which a system call takes up to 32
 * @param tunWrites system calls that wrote to the TUN device
 * @param tunReads system calls that read from the TUN device
 * @param udpSends system calls that sent datagrams; packetsOut per call shows UDP GSO and sendmmsg
 * @param drops packets lost, by reason, in the order of the enum; every reason is present
 * @param latencyIn how long packets from the peer were held
 * @param latencyOut how long packets to the peer were held
 */
public record TrafficCounters(
        long packetsIn,
        long bytesIn,
        long packetsOut,
        long bytesOut,
        long udpReceives,
        long tunWrites,
        long tunReads,
        long udpSends,
        Map<DropReason, Long> drops,
        LatencyCounts latencyIn,
        LatencyCounts latencyOut) {
    public TrafficCounters {
        EnumMap<DropReason, Long> copy = new EnumMap<>(DropReason.class);
        copy.putAll(drops);
        drops = Collections.unmodifiableMap(copy);
    }

    /** Without the times. */
    public TrafficCounters(
            long packetsIn,
            long bytesIn,
            long packetsOut,
            long bytesOut,
            long udpReceives,
            long tunWrites,
            long tunReads,
            long udpSends,
            Map<DropReason, Long> drops) {
        this(
                packetsIn,
                bytesIn,
                packetsOut,
                bytesOut,
                udpReceives,
                tunWrites,
                tunReads,
                udpSends,
                drops,
                LatencyCounts.NONE,
                LatencyCounts.NONE);
    }

    /** Packets lost for this reason. */
    public long drops(DropReason reason) {
        return drops.getOrDefault(reason, 0L);
    }
}
