package culvert.tunio;

import static culvert.tunio.NetlinkMessage.HEADER_BYTES;

import java.nio.ByteBuffer;

/**
 * A network interface as the kernel describes it.
 *
 * <pre>
 *  struct ifinfomsg (linux/rtnetlink.h), the body of RTM_*LINK
 *  0 family u8, pad u8   4 index s32   12 change u32, the mask of flags to set
 *  2 type   u16          8 flags u32   16 attributes (linux/if_link.h)
 * </pre>
 *
 * @param index its number in the network namespace
 * @param up whether it is administratively up (IFF_UP)
 * @param running whether packets can leave: it is up and has a carrier (IFF_RUNNING)
 */
public record Link(
        int index,
        String name,
        boolean up,
        boolean running,
        int mtuBytes,
        int transmitQueuePackets) {
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_GETLINK = 18;

    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_TXQLEN = 13;
    static final int IFLA_AF_SPEC = 26;
    static final int IFLA_INET6_ADDR_GEN_MODE = 8;

    // linux/if.h
    static final int IFF_UP = 1;
    static final int IFF_RUNNING = 0x40;

    private static final int ATTRIBUTES = HEADER_BYTES + 16;

    /** The fixed body; flags are changed where the mask has a bit. */
    static NetlinkMessage body(NetlinkMessage message, int index, int flags, int mask) {
        return message.u8(0).u8(0).u16(0).u32(index).u32(flags).u32(mask);
    }

    static Link decode(ByteBuffer message) {
        NetlinkAttributes attributes = new NetlinkAttributes(message, ATTRIBUTES);
        int flags = message.getInt(HEADER_BYTES + 8);
        return new Link(
                message.getInt(HEADER_BYTES + 4),
                attributes.text(IFLA_IFNAME).orElse(""),
                (flags & IFF_UP) != 0,
                (flags & IFF_RUNNING) != 0,
                attributes.number(IFLA_MTU).orElse(0),
                attributes.number(IFLA_TXQLEN).orElse(0));
    }
}
