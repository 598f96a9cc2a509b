package culvert.tunio;

import static culvert.tunio.NetlinkMessage.HEADER_BYTES;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An address of an interface, with the length of its on-link prefix.
 *
 * <pre>
 *  struct ifaddrmsg (linux/if_addr.h), the body of RTM_*ADDR
 *  0 family u8   1 prefix length u8   2 flags u8   3 scope u8   4 index u32   8 attributes
 * </pre>
 */
public record InterfaceAddress(int interfaceIndex, InetAddress address, int prefixLength) {
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int RTM_GETADDR = 22;

    static final int IFA_F_NODAD = 0x02;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int ATTRIBUTES = HEADER_BYTES + 8;

    public InterfaceAddress {
        Route.requirePrefixLength(address, prefixLength);
    }

    /** {@code 169.254.10.2/30}. */
    public String text() {
        return address.getHostAddress() + "/" + prefixLength;
    }

    void encode(NetlinkMessage message) {
        // Nobody else answers for addresses of a tunnel: duplicate detection would only delay it.
        int flags = address instanceof Inet6Address ? IFA_F_NODAD : 0;
        message.u8(SocketAddress.family(address)).u8(prefixLength).u8(flags).u8(0);
        message.u32(interfaceIndex);
        message.attribute(IFA_LOCAL, address).attribute(IFA_ADDRESS, address);
    }

    static Optional<InterfaceAddress> decode(ByteBuffer message) {
        NetlinkAttributes attributes = new NetlinkAttributes(message, ATTRIBUTES);
        // On a point-to-point link IFA_ADDRESS is the peer's; IPv6 without a peer has no IFA_LOCAL.
        return attributes
                .address(IFA_LOCAL)
                .or(() -> attributes.address(IFA_ADDRESS))
                .map(
                        address ->
                                new InterfaceAddress(
                                        message.getInt(HEADER_BYTES + 4),
                                        address,
                                        Byte.toUnsignedInt(message.get(HEADER_BYTES + 1))));
    }
}
