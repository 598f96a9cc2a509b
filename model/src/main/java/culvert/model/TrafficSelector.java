package culvert.model;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/**
 * A range of addresses, a protocol and a range of ports: one entry of TSi or TSr (RFC 7296 3.13.1).
 *
 * @param protocol IP protocol number, 0 for any
 * @param startPort first port, 0 with {@code endPort} 65535 for any
 * @param endPort last port
 * @param startAddress first address of the range
 * @param endAddress last address of the range, same family
 */
public record TrafficSelector(
        int protocol,
        int startPort,
        int endPort,
        InetAddress startAddress,
        InetAddress endAddress) {
    public static final int ANY_PROTOCOL = 0;
    public static final int LAST_PORT = 65535;

    public static final TrafficSelector ANY_IPV4 = of(IpPrefix.parse("0.0.0.0/0"));
    public static final TrafficSelector ANY_IPV6 = of(IpPrefix.parse("::/0"));

    public TrafficSelector {
        if (startAddress.getAddress().length != endAddress.getAddress().length) {
            throw new IllegalArgumentException("selector mixes address families");
        }
        if (compare(startAddress, endAddress) > 0) {
            throw new IllegalArgumentException("selector starts after its end");
        }
    }

    /** Every protocol and port of the prefix. */
    public static TrafficSelector of(IpPrefix prefix) {
        return new TrafficSelector(ANY_PROTOCOL, 0, LAST_PORT, prefix.network(), prefix.last());
    }

    public boolean isIpv4() {
        return startAddress.getAddress().length == 4;
    }

    public boolean coversAllPorts() {
        return startPort == 0 && endPort == LAST_PORT;
    }

    /** Whether everything that the other selector admits is admitted by this one. */
    public boolean covers(TrafficSelector other) {
        return intersect(other).filter(other::equals).isPresent();
    }

    /** What both selectors admit: the narrowing of RFC 7296 2.9; empty when nothing is common. */
    public Optional<TrafficSelector> intersect(TrafficSelector other) {
        if (isIpv4() != other.isIpv4()) {
            return Optional.empty();
        }
        if (protocol != other.protocol
                && protocol != ANY_PROTOCOL
                && other.protocol != ANY_PROTOCOL) {
            return Optional.empty();
        }
        InetAddress start = max(startAddress, other.startAddress);
        InetAddress end = min(endAddress, other.endAddress);
        int firstPort = Math.max(startPort, other.startPort);
        int lastPort = Math.min(endPort, other.endPort);
        if (compare(start, end) > 0 || firstPort > lastPort) {
            return Optional.empty();
        }
        return Optional.of(
                new TrafficSelector(
                        Math.max(protocol, other.protocol), firstPort, lastPort, start, end));
    }

    private static int compare(InetAddress a, InetAddress b) {
        return Arrays.compareUnsigned(a.getAddress(), b.getAddress());
    }

    private static InetAddress max(InetAddress a, InetAddress b) {
        return compare(a, b) >= 0 ? a : b;
    }

    private static InetAddress min(InetAddress a, InetAddress b) {
        return compare(a, b) <= 0 ? a : b;
    }

    @Override
    public String toString() {
        String range = startAddress.getHostAddress() + "-" + endAddress.getHostAddress();
        String ports = coversAllPorts() ? "" : ":" + startPort + "-" + endPort;
        return range + ports + (protocol == ANY_PROTOCOL ? "" : "/" + protocol);
    }
}
