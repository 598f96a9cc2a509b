package culvert.tunio;

import static culvert.tunio.NetlinkMessage.HEADER_BYTES;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Which way the kernel would send a packet of this machine.
 *
 * @param interfaceIndex the interface it leaves by; the loopback for an address of our own
 * @param gateway the router, when there is one
 * @param source the local address it would carry
 * @param local whether the destination is an address of this machine
 */
public record RouteLookup(
        int interfaceIndex,
        Optional<InetAddress> gateway,
        Optional<InetAddress> source,
        boolean local) {

    /** The body of the question: a host route to the destination, from the source if it matters. */
    static NetlinkMessage encode(
            NetlinkMessage message, InetAddress destination, Optional<InetAddress> source) {
        int bits = destination.getAddress().length * Byte.SIZE;
        message.u8(SocketAddress.family(destination)).u8(bits);
        message.u8(source.isPresent() ? bits : 0).u8(0).u32(0).u32(0);
        message.attribute(Route.RTA_DST, destination);
        source.ifPresent(address -> message.attribute(Route.RTA_SRC, address));
        return message;
    }

    static RouteLookup decode(ByteBuffer message) {
        NetlinkAttributes attributes = new NetlinkAttributes(message, HEADER_BYTES + 12);
        return new RouteLookup(
                attributes.number(Route.RTA_OIF).orElse(0),
                attributes.address(Route.RTA_GATEWAY),
                attributes.address(Route.RTA_PREFSRC),
                message.get(HEADER_BYTES + 7) == Route.RTN_LOCAL);
    }
}
