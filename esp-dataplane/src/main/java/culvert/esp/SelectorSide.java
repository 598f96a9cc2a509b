package culvert.esp;

import culvert.esp.ip.Octets;
import culvert.model.TrafficSelector;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The selectors of one end of an SA, as numbers to compare with. Addresses are 128 bits in two
 * longs; an IPv4 address is the low 32.
 */
final class SelectorSide {
    /** The packet shows no port: a later fragment, or a protocol without ports. */
    static final int NO_PORT = -1;

    private static final int IPV4_ADDRESS_BYTES = 4;

    private final int count;
    private final boolean[] ipv4;
    private final int[] protocol;
    private final int[] startPort;
    private final int[] endPort;
    private final long[] startHigh;
    private final long[] startLow;
    private final long[] endHigh;
    private final long[] endLow;

    SelectorSide(List<TrafficSelector> selectors) {
        count = selectors.size();
        ipv4 = new boolean[count];
        protocol = new int[count];
        startPort = new int[count];
        endPort = new int[count];
        startHigh = new long[count];
        startLow = new long[count];
        endHigh = new long[count];
        endLow = new long[count];
        for (int i = 0; i < count; i++) {
            TrafficSelector selector = selectors.get(i);
            byte[] start = selector.startAddress().getAddress();
            byte[] end = selector.endAddress().getAddress();
            ipv4[i] = selector.isIpv4();
            protocol[i] = selector.protocol();
            startPort[i] = selector.startPort();
            endPort[i] = selector.endPort();
            startHigh[i] = high(start);
            startLow[i] = low(start);
            endHigh[i] = high(end);
            endLow[i] = low(end);
        }
    }

    boolean admits(
            boolean isIpv4, long addressHigh, long addressLow, int packetProtocol, int port) {
        for (int i = 0; i < count; i++) {
            if (ipv4[i] == isIpv4
                    && admitsProtocol(i, packetProtocol)
                    && admitsPort(i, port)
                    && compare(addressHigh, addressLow, startHigh[i], startLow[i]) >= 0
                    && compare(addressHigh, addressLow, endHigh[i], endLow[i]) <= 0) {
                return true;
            }
        }
        return false;
    }

    private boolean admitsProtocol(int i, int packetProtocol) {
        return protocol[i] == TrafficSelector.ANY_PROTOCOL || protocol[i] == packetProtocol;
    }

    private boolean admitsPort(int i, int port) {
        return (startPort[i] == 0 && endPort[i] == TrafficSelector.LAST_PORT)
                || (port != NO_PORT && port >= startPort[i] && port <= endPort[i]);
    }

    private static int compare(long aHigh, long aLow, long bHigh, long bLow) {
        int high = Long.compareUnsigned(aHigh, bHigh);
        return high != 0 ? high : Long.compareUnsigned(aLow, bLow);
    }

    private static long high(byte[] address) {
        return address.length == IPV4_ADDRESS_BYTES ? 0 : octets(address, 0);
    }

    private static long low(byte[] address) {
        return address.length == IPV4_ADDRESS_BYTES
                ? Integer.toUnsignedLong(Octets.get32(MemorySegment.ofArray(address), 0))
                : octets(address, Long.BYTES);
    }

    private static long octets(byte[] address, int from) {
        return Octets.get64(MemorySegment.ofArray(address), from);
    }
}
