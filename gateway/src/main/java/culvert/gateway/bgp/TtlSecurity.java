package culvert.gateway.bgp;

import io.netty.channel.ChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.util.List;
import java.util.Map;

/**
 * The Generalized TTL Security Mechanism (RFC 5082): what comes from a neighbor still has the TTL
 * of 255 that it was sent with, which nobody further away can forge.
 */
final class TtlSecurity {
    private static final int GREATEST_TTL = 255;

    // linux/in.h
    private static final int IPPROTO_IP = 0;
    private static final int IP_TTL = 2;
    private static final int IP_MINTTL = 21;

    // linux/in6.h
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_UNICAST_HOPS = 16;
    private static final int IPV6_MINHOPCOUNT = 73;

    private TtlSecurity() {}

    /** What a socket that connects is set to. */
    static Map<ChannelOption<Integer>, Integer> ofConnecting(BgpLink link) {
        return link.ttlSecurity() ? both(link) : Map.of();
    }

    /**
     * What a listening socket is set to, and hands on to those it accepts. Its TTL is that of our
     * SYN-ACK, and 255 does no harm to others; what it demands it demands of everybody.
     *
     * @param links all with the same local address
     */
    static Map<ChannelOption<Integer>, Integer> ofListener(List<BgpLink> links) {
        BgpLink any = links.getFirst();
        if (links.stream().allMatch(BgpLink::ttlSecurity)) {
            return both(any);
        }
        return links.stream().anyMatch(BgpLink::ttlSecurity)
                ? Map.of(sent(any), GREATEST_TTL)
                : Map.of();
    }

    /**
     * What an accepted socket is set to. Where neighbors without share the listening one, what came
     * before the accept was not asked for its TTL: the handshake, and hardly more.
     */
    static Map<ChannelOption<Integer>, Integer> ofAccepted(BgpLink link) {
        return link.ttlSecurity() ? Map.of(demanded(link), GREATEST_TTL) : Map.of();
    }

    private static Map<ChannelOption<Integer>, Integer> both(BgpLink link) {
        return Map.of(sent(link), GREATEST_TTL, demanded(link), GREATEST_TTL);
    }

    private static ChannelOption<Integer> sent(BgpLink link) {
        return link.isIpv4()
                ? new IntegerUnixChannelOption("IP_TTL", IPPROTO_IP, IP_TTL)
                : new IntegerUnixChannelOption(
                        "IPV6_UNICAST_HOPS", IPPROTO_IPV6, IPV6_UNICAST_HOPS);
    }

    private static ChannelOption<Integer> demanded(BgpLink link) {
        return link.isIpv4()
                ? new IntegerUnixChannelOption("IP_MINTTL", IPPROTO_IP, IP_MINTTL)
                : new IntegerUnixChannelOption("IPV6_MINHOPCOUNT", IPPROTO_IPV6, IPV6_MINHOPCOUNT);
    }
}
