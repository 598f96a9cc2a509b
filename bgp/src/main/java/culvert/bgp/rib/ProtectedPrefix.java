package culvert.bgp.rib;

import culvert.bgp.message.Nlri;
import culvert.model.IpPrefix;
import java.net.InetAddress;

/**
 * Addresses whose route no peer may change: the packets that carry the tunnels, and our own site.
 *
 * @param what what the addresses are, such as {@code the outside address of aws-1}
 */
public record ProtectedPrefix(Nlri prefix, String what) {
    public static ProtectedPrefix of(IpPrefix prefix, String what) {
        return new ProtectedPrefix(Nlri.of(prefix), what);
    }

    public static ProtectedPrefix of(InetAddress address, String what) {
        return new ProtectedPrefix(Nlri.host(address), what);
    }
}
