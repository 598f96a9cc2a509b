package culvert.esp;

import java.lang.foreign.MemorySegment;

/**
 * Where a tunnel's packets come from: its UDP socket ({@link UdpInput}), its raw socket ({@link
 * EspInput}), or memory.
 */
interface DatagramInput {
    /** Where {@link #receive} leaves what it brings; the same memory always. */
    MemorySegment buffer();

    /** Receives one datagram, or several that the kernel has joined; octets or {@code -errno}. */
    int receive();

    /** Where in the buffer begins what was received last. */
    int offset();

    /** Has every later receive bring one datagram only. */
    int turnOffReceiveOffload();

    /**
     * Takes the oldest error that ICMP told of datagrams sent before.
     *
     * @return its errno, or 0 when there is none
     */
    int nextError();

    /** The MTU that the last error asks for, or 0. */
    int errorMtuBytes();

    /** Whether the last error quotes the head of the datagram. */
    boolean errorQuotesHead();

    /** The first four octets of the datagram: an SPI, or the non-ESP marker. */
    int errorQuotedHead();

    /** Octets of each datagram of what was received last, the last may be shorter; 0 for one. */
    int segmentBytes();

    /** DSCP and ECN of the outer headers of what was received last. */
    int trafficClass();
}
