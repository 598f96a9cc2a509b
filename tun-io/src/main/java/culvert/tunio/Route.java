package culvert.tunio;

import static culvert.tunio.NetlinkMessage.HEADER_BYTES;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A route of Culvert in the main table, marked with protocol number {@value #PROTOCOL}.
 *
 * <p>The kernel tells routes apart by destination and metric alone: replacing overwrites the route
 * of any other program that has both in common, so give Culvert a metric of its own.
 *
 * <pre>
 *  struct rtmsg (linux/rtnetlink.h), the body of RTM_*ROUTE
 *  0 family u8    4 table    u8   8  flags u32
 *  1 dst_len u8   5 protocol u8   12 attributes
 *  2 src_len u8   6 scope    u8
 *  3 tos     u8   7 type     u8
 * </pre>
 *
 * @param destination the first address of the prefix
 * @param metric lower wins; IPv6 takes 0 for 1024
 * @param preferredSource the local address for packets that this machine itself sends there
 */
public record Route(
        InetAddress destination,
        int prefixLength,
        RouteTarget target,
        int metric,
        Optional<InetAddress> preferredSource) {
    /** The rtm_protocol of every route of Culvert; rt_protos names it culvert. */
    public static final int PROTOCOL = 213;

    // linux/rtnetlink.h
    static final int RTM_NEWROUTE = 24;
    static final int RTM_DELROUTE = 25;
    static final int RTM_GETROUTE = 26;

    private static final int RT_TABLE_MAIN = 254;
    private static final int RTN_UNICAST = 1;
    static final int RTN_LOCAL = 2;
    static final int RTA_DST = 1;
    static final int RTA_SRC = 2;
    static final int RTA_OIF = 4;
    static final int RTA_GATEWAY = 5;
    static final int RTA_PREFSRC = 7;

    private static final int RTN_UNSPEC = 0;
    private static final int RTN_BLACKHOLE = 6;
    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int RT_SCOPE_LINK = 253;
    private static final int RT_SCOPE_NOWHERE = 255;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_NH_ID = 30;
    private static final int ATTRIBUTES = HEADER_BYTES + 12;

    public Route {
        requirePrefixLength(destination, prefixLength);
    }

    /** A route without a preferred source. */
    public Route(InetAddress destination, int prefixLength, RouteTarget target, int metric) {
        this(destination, prefixLength, target, metric, Optional.empty());
    }

    /** {@code 10.20.0.0/16}. */
    public String prefix() {
        return destination.getHostAddress() + "/" + prefixLength;
    }

    static void requirePrefixLength(InetAddress address, int prefixLength) {
        int bits = address.getAddress().length * Byte.SIZE;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException(
                    "prefix length " + prefixLength + " is not within 0 to " + bits);
        }
    }

    /** The body and attributes that create the route. */
    void encode(NetlinkMessage message) {
        switch (target) {
            case RouteTarget.Interface(int interfaceIndex) -> {
                head(message, RT_SCOPE_LINK, RTN_UNICAST);
                message.attribute(RTA_OIF, interfaceIndex);
            }
            case RouteTarget.Gateway(int interfaceIndex, InetAddress gateway) -> {
                head(message, RT_SCOPE_UNIVERSE, RTN_UNICAST);
                message.attribute(RTA_OIF, interfaceIndex).attribute(RTA_GATEWAY, gateway);
            }
            case RouteTarget.ViaNexthop(int nexthopId) -> {
                head(message, RT_SCOPE_UNIVERSE, RTN_UNICAST);
                message.attribute(RTA_NH_ID, nexthopId);
            }
            case RouteTarget.Blackhole() -> head(message, RT_SCOPE_UNIVERSE, RTN_BLACKHOLE);
            case RouteTarget.Foreign(int routeType) ->
                    throw new IllegalArgumentException(
                            "cannot install " + prefix() + " of route type " + routeType);
        }
        preferredSource.ifPresent(source -> message.attribute(RTA_PREFSRC, source));
    }

    /** What finds the route for deletion: its identity, and that it is ours, wherever it leads. */
    void encodeKey(NetlinkMessage message) {
        head(message, RT_SCOPE_NOWHERE, RTN_UNSPEC);
    }

    /** A dump of this family's routes of ours; kernels before 4.20 ignore it and list all. */
    static NetlinkMessage encodeFilter(NetlinkMessage message, int family) {
        message.u8(family).u8(0).u8(0).u8(0);
        return message.u8(RT_TABLE_MAIN).u8(PROTOCOL).u8(RT_SCOPE_UNIVERSE).u8(RTN_UNSPEC).u32(0);
    }

    /** A dump of this family's routes of everyone, from every table where kernels are old. */
    static NetlinkMessage encodeFilterOfAll(NetlinkMessage message, int family) {
        message.u8(family).u8(0).u8(0).u8(0);
        return message.u8(RT_TABLE_MAIN).u8(0).u8(RT_SCOPE_UNIVERSE).u8(RTN_UNSPEC).u32(0);
    }

    private void head(NetlinkMessage message, int scope, int type) {
        message.u8(SocketAddress.family(destination)).u8(prefixLength).u8(0).u8(0);
        message.u8(RT_TABLE_MAIN).u8(PROTOCOL).u8(scope).u8(type).u32(0);
        message.attribute(RTA_DST, destination);
        message.attribute(RTA_PRIORITY, metric);
    }

    static Route decode(ByteBuffer message) {
        int family = message.get(HEADER_BYTES);
        int type = Byte.toUnsignedInt(message.get(HEADER_BYTES + 7));
        NetlinkAttributes attributes = new NetlinkAttributes(message, ATTRIBUTES);
        return new Route(
                attributes.address(RTA_DST).orElseGet(() -> unspecified(family)),
                Byte.toUnsignedInt(message.get(HEADER_BYTES + 1)),
                target(type, attributes),
                attributes.number(RTA_PRIORITY).orElse(0),
                attributes.address(RTA_PREFSRC));
    }

    /** Whether a listed route is Culvert's and in the main table ({@link #encodeFilter}). */
    static boolean isOurs(ByteBuffer message) {
        return Byte.toUnsignedInt(message.get(HEADER_BYTES + 4)) == RT_TABLE_MAIN
                && Byte.toUnsignedInt(message.get(HEADER_BYTES + 5)) == PROTOCOL;
    }

    /**
     * Whether a listed route is somebody else's, in the main table ({@link #encodeFilterOfAll}).
     */
    static boolean isOthers(ByteBuffer message) {
        return Byte.toUnsignedInt(message.get(HEADER_BYTES + 4)) == RT_TABLE_MAIN
                && Byte.toUnsignedInt(message.get(HEADER_BYTES + 5)) != PROTOCOL;
    }

    /** Whether packets to the address may take this route. */
    boolean covers(InetAddress address) {
        byte[] network = destination.getAddress();
        byte[] wanted = address.getAddress();
        if (network.length != wanted.length) {
            return false;
        }
        int whole = prefixLength / Byte.SIZE;
        int mask = 0xFF00 >> prefixLength % Byte.SIZE;
        return Arrays.equals(network, 0, whole, wanted, 0, whole)
                && (whole == network.length
                        || ((network[whole] ^ wanted[whole]) & mask & 0xFF) == 0);
    }

    private static RouteTarget target(int type, NetlinkAttributes attributes) {
        if (type == RTN_BLACKHOLE) {
            return new RouteTarget.Blackhole();
        }
        OptionalInt nexthopId = attributes.number(RTA_NH_ID);
        if (nexthopId.isPresent()) {
            return new RouteTarget.ViaNexthop(nexthopId.getAsInt());
        }
        OptionalInt interfaceIndex = attributes.number(RTA_OIF);
        if (type != RTN_UNICAST || interfaceIndex.isEmpty() || attributes.has(RTA_MULTIPATH)) {
            return new RouteTarget.Foreign(type);
        }
        return attributes
                .address(RTA_GATEWAY)
                .<RouteTarget>map(
                        gateway -> new RouteTarget.Gateway(interfaceIndex.getAsInt(), gateway))
                .orElseGet(() -> new RouteTarget.Interface(interfaceIndex.getAsInt()));
    }

    private static InetAddress unspecified(int family) {
        try {
            return InetAddress.getByAddress(new byte[family == SocketAddress.AF_INET ? 4 : 16]);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }
}
