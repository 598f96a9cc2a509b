package culvert.config;

import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The addresses inside a tunnel: a /30 or a /126 whose two hosts are the two gateways.
 *
 * @param local ours
 * @param prefixLength 30 for IPv4, 126 for IPv6
 * @param peer the other host of the block
 */
public record InsideAddress(InetAddress local, int prefixLength, InetAddress peer) {
    static final int IPV4_LENGTH = 30;
    static final int IPV6_LENGTH = 126;

    /** The whole /30 or /126. */
    public IpPrefix block() {
        return IpPrefix.containing(local, prefixLength);
    }

    public boolean isIpv4() {
        return block().isIpv4();
    }

    /** The first of the two hosts, which AWS takes for itself. */
    static InetAddress firstHost(IpPrefix block) {
        return host(block, 1);
    }

    /** The second of the two hosts, which AWS leaves to the customer gateway. */
    static InetAddress secondHost(IpPrefix block) {
        return host(block, 2);
    }

    /** The length of a block that has exactly two hosts for gateways. */
    static int lengthFor(InetAddress address) {
        return address.getAddress().length == 4 ? IPV4_LENGTH : IPV6_LENGTH;
    }

    private static InetAddress host(IpPrefix block, int number) {
        byte[] octets = block.network().getAddress();
        octets[octets.length - 1] |= (byte) number;
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 octets", e);
        }
    }

    /** As the file writes it. */
    @Override
    public String toString() {
        return local.getHostAddress() + "/" + prefixLength;
    }
}
