package culvert.esp;

import java.lang.foreign.MemorySegment;

/** Where a tunnel's packets go: {@link UdpOutput}, {@link EspOutput}, or memory. */
interface DatagramOutput {
    /**
     * Sends one datagram, or a run of them.
     *
     * @param segmentBytes octets of each datagram of a run, the last may be shorter; 0 sends one
     * @param trafficClass DSCP and ECN of the outer header
     * @return octets sent, which are all or the first datagrams of a run, or {@code -errno}
     */
    int send(
            MemorySegment buffer, long offset, int lengthBytes, int segmentBytes, int trafficClass);

    /** Sends one datagram that no router may fragment. */
    int sendUnfragmented(MemorySegment buffer, long offset, int lengthBytes);
}
