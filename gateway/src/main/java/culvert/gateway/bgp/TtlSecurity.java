package culvert.gateway.bgp;

import io.netty.channel.ChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
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

    /** What the socket of a session is set to; a listening socket hands it on. */
    static Map<ChannelOption<Integer>, Integer> options(BgpLink link) {
        if (!link.ttlSecurity()) {
            return Map.of();
        }
        return link.isIpv4()
                ? Map.of(
                        option("IP_TTL", IPPROTO_IP, IP_TTL), GREATEST_TTL,
                        option("IP_MINTTL", IPPROTO_IP, IP_MINTTL), GREATEST_TTL)
                : Map.of(
                        option("IPV6_UNICAST_HOPS", IPPROTO_IPV6, IPV6_UNICAST_HOPS), GREATEST_TTL,
                        option("IPV6_MINHOPCOUNT", IPPROTO_IPV6, IPV6_MINHOPCOUNT), GREATEST_TTL);
    }

    private static ChannelOption<Integer> option(String name, int level, int number) {
        return new IntegerUnixChannelOption(name, level, number);
    }
}
