package culvert.gateway.daemon;

import culvert.model.Encapsulation;
import culvert.model.EspSuite;
import java.net.InetAddress;

/**
 * The largest inner packet whose ESP packet fits the outside (RFC 4303 2, RFC 3948 2.1).
 *
 * <pre>
 * | outer IP 20 or 40 | UDP 8, if any | SPI, sequence 8 | IV 8 | inner packet | padding, length, next header | ICV 16 |
 * </pre>
 */
final class TunnelMtu {
    /** Ethernet's, and what AWS asks customers to assume of the Internet. */
    static final int OUTSIDE_BYTES = 1500;

    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int UDP_HEADER_BYTES = 8;
    private static final int ESP_HEADER_BYTES = 8;
    private static final int ESP_TRAILER_BYTES = 2;
    private static final int ESP_ALIGNMENT_BYTES = 4;

    private TunnelMtu() {}

    /**
     * 1438 over IPv4 and 1418 over IPv6 in UDP, 8 more without. As long as it is open which of
     * these, the smaller.
     */
    static int of(Encapsulation encapsulation, InetAddress outside) {
        return of(encapsulation, OUTSIDE_BYTES, outside);
    }

    /** Over a path that carries so much. */
    static int of(Encapsulation encapsulation, int pathBytes, InetAddress outside) {
        int sealed = ESP_HEADER_BYTES + EspSuite.IV_BYTES + EspSuite.ICV_BYTES;
        return packetBytes(encapsulation, pathBytes, outside) - sealed - ESP_TRAILER_BYTES;
    }

    /** The longest ESP packet that such a path carries. */
    static int packetBytes(Encapsulation encapsulation, int pathBytes, InetAddress outside) {
        boolean ipv4 = outside.getAddress().length == 4;
        int udpBytes =
                switch (encapsulation) {
                    case UDP, AUTO -> UDP_HEADER_BYTES;
                    case ESP -> 0;
                };
        int room = pathBytes - (ipv4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES) - udpBytes;
        return room / ESP_ALIGNMENT_BYTES * ESP_ALIGNMENT_BYTES;
    }
}
