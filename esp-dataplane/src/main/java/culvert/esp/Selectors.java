package culvert.esp;

import culvert.esp.ip.IpPacket;
import culvert.esp.ip.Octets;
import culvert.model.TrafficSelector;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The traffic selectors of one SA: a packet passes when one source selector and one destination
 * selector admit it (RFC 4301 5.2 step 4, and 5.1 outbound).
 *
 * <p>Where ports are narrowed, a packet that shows none (a later fragment) does not pass. For ICMP
 * and ICMPv6 the port is type and code (RFC 7296 3.13.1).
 */
final class Selectors {
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int SCTP = 132;
    private static final int UDP_LITE = 136;
    private static final int DCCP = 33;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MOST_EXTENSION_HEADERS = 8;

    private final boolean anyIpv4;
    private final boolean anyIpv6;
    private final SelectorSide sources;
    private final SelectorSide destinations;

    private Selectors(List<TrafficSelector> sources, List<TrafficSelector> destinations) {
        anyIpv4 =
                sources.contains(TrafficSelector.ANY_IPV4)
                        && destinations.contains(TrafficSelector.ANY_IPV4);
        anyIpv6 =
                sources.contains(TrafficSelector.ANY_IPV6)
                        && destinations.contains(TrafficSelector.ANY_IPV6);
        this.sources = new SelectorSide(sources);
        this.destinations = new SelectorSide(destinations);
    }

    static Selectors of(List<TrafficSelector> sources, List<TrafficSelector> destinations) {
        return new Selectors(sources, destinations);
    }

    boolean admit(IpPacket packet) {
        if (packet.version() == 4) {
            return anyIpv4 || admitIpv4(packet);
        }
        return anyIpv6 || admitIpv6(packet);
    }

    private boolean admitIpv4(IpPacket packet) {
        MemorySegment segment = packet.segment();
        long source = Integer.toUnsignedLong(Octets.get32(segment, packet.offset() + 12));
        long destination = Integer.toUnsignedLong(Octets.get32(segment, packet.offset() + 16));
        long transport = packet.isLaterFragment() ? end(packet) : packet.payloadOffset();
        int protocol = packet.protocol();
        return sources.admits(true, 0, source, protocol, port(packet, transport, protocol, 0))
                && destinations.admits(
                        true, 0, destination, protocol, port(packet, transport, protocol, 2));
    }

    private boolean admitIpv6(IpPacket packet) {
        MemorySegment segment = packet.segment();
        long at = packet.offset();
        int protocol = packet.protocol();
        long transport = packet.payloadOffset();
        // RFC 8200 4: extension headers stand between; more than a few are not worth following.
        for (int i = 0; i < MOST_EXTENSION_HEADERS && isExtension(protocol); i++) {
            if (transport + 8 > end(packet)) {
                return false;
            }
            int next = Octets.get8(segment, transport);
            if (protocol == FRAGMENT) {
                boolean later = (Octets.get16(segment, transport + 2) & 0xFFF8) != 0;
                transport = later ? end(packet) : transport + 8;
                protocol = next;
                if (later) {
                    break;
                }
            } else {
                transport += (Octets.get8(segment, transport + 1) + 1) * 8L;
                protocol = next;
            }
        }
        return sources.admits(
                        false,
                        Octets.get64(segment, at + 8),
                        Octets.get64(segment, at + 16),
                        protocol,
                        port(packet, transport, protocol, 0))
                && destinations.admits(
                        false,
                        Octets.get64(segment, at + 24),
                        Octets.get64(segment, at + 32),
                        protocol,
                        port(packet, transport, protocol, 2));
    }

    private static boolean isExtension(int protocol) {
        return protocol == HOP_BY_HOP
                || protocol == ROUTING
                || protocol == FRAGMENT
                || protocol == DESTINATION_OPTIONS;
    }

    private static long end(IpPacket packet) {
        return packet.offset() + packet.lengthBytes();
    }

    private static int port(IpPacket packet, long transport, int protocol, int portOffset) {
        if (transport + 4 > end(packet)) {
            return SelectorSide.NO_PORT;
        }
        return switch (protocol) {
            case IpPacket.TCP, IpPacket.UDP, UDP_LITE, SCTP, DCCP ->
                    Octets.get16(packet.segment(), transport + portOffset);
            case ICMP, ICMPV6 -> Octets.get16(packet.segment(), transport);
            default -> SelectorSide.NO_PORT;
        };
    }
}
