package culvert.tunio;

import static culvert.tunio.NetlinkMessage.HEADER_BYTES;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Nexthop objects on the wire.
 *
 * <pre>
 *  struct nhmsg (linux/nexthop.h), the body of RTM_*NEXTHOP     struct nexthop_grp, in NHA_GROUP
 *  0 family u8   2 protocol u8   4 flags u32                    0 id     u32
 *  1 scope  u8   3 zero     u8   8 attributes                   4 weight u8, less one
 *                                                               5 zero   3 bytes
 * </pre>
 */
final class NexthopMessage {
    static final int RTM_NEWNEXTHOP = 104;
    static final int RTM_DELNEXTHOP = 105;
    static final int RTM_GETNEXTHOP = 106;

    private static final int NHA_ID = 1;
    private static final int NHA_GROUP = 2;
    private static final int NHA_BLACKHOLE = 4;
    private static final int NHA_OIF = 5;
    private static final int GROUP_ENTRY_BYTES = 8;
    private static final int AF_UNSPEC = 0;
    private static final int ATTRIBUTES = HEADER_BYTES + 8;

    private NexthopMessage() {}

    static void encode(NetlinkMessage message, Nexthop nexthop) {
        switch (nexthop) {
            case Nexthop.Device(int id, int interfaceIndex, boolean inet6) -> {
                head(message, family(inet6), Route.PROTOCOL).attribute(NHA_ID, id);
                message.attribute(NHA_OIF, interfaceIndex);
            }
            case Nexthop.Group(int id, List<Integer> members) -> {
                head(message, AF_UNSPEC, Route.PROTOCOL).attribute(NHA_ID, id);
                message.attributeHeader(NHA_GROUP, members.size() * GROUP_ENTRY_BYTES);
                for (int member : members) {
                    message.u32(member).u32(0);
                }
            }
            case Nexthop.Blackhole(int id, boolean inet6) -> {
                head(message, family(inet6), Route.PROTOCOL).attribute(NHA_ID, id);
                message.attributeHeader(NHA_BLACKHOLE, 0);
            }
        }
    }

    static void encodeKey(NetlinkMessage message, int id) {
        head(message, AF_UNSPEC, 0).attribute(NHA_ID, id);
    }

    static NetlinkMessage encodeDump(NetlinkMessage message) {
        return head(message, AF_UNSPEC, 0);
    }

    /** Empty for what other programs made. */
    static Optional<Nexthop> decode(ByteBuffer message) {
        if (Byte.toUnsignedInt(message.get(HEADER_BYTES + 2)) != Route.PROTOCOL) {
            return Optional.empty();
        }
        NetlinkAttributes attributes = new NetlinkAttributes(message, ATTRIBUTES);
        int id = attributes.number(NHA_ID).orElse(0);
        boolean inet6 = message.get(HEADER_BYTES) == SocketAddress.AF_INET6;
        if (attributes.has(NHA_GROUP)) {
            ByteBuffer entries = attributes.bytes(NHA_GROUP);
            List<Integer> members = new ArrayList<>();
            for (int at = 0; at + GROUP_ENTRY_BYTES <= entries.limit(); at += GROUP_ENTRY_BYTES) {
                members.add(entries.getInt(at));
            }
            return Optional.of(new Nexthop.Group(id, members));
        }
        if (attributes.has(NHA_BLACKHOLE)) {
            return Optional.of(new Nexthop.Blackhole(id, inet6));
        }
        return Optional.of(new Nexthop.Device(id, attributes.number(NHA_OIF).orElse(0), inet6));
    }

    private static NetlinkMessage head(NetlinkMessage message, int family, int protocol) {
        return message.u8(family).u8(0).u8(protocol).u8(0).u32(0);
    }

    private static int family(boolean inet6) {
        return inet6 ? SocketAddress.AF_INET6 : SocketAddress.AF_INET;
    }
}
