package culvert.config;

import culvert.model.IpPrefix;
import java.net.InetAddress;

/** An address of ours on a LAN, such as {@code 192.168.10.1/24}. */
public record LanAddress(InetAddress address, int prefixLength) {
    /** The network of the LAN. */
    public IpPrefix network() {
        return IpPrefix.containing(address, prefixLength);
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength;
    }
}
