package culvert.bgp.rib;

import culvert.bgp.message.Nlri;
import culvert.model.IpPrefix;
import java.net.InetAddress;

/**
 * Addresses whose route no peer may change: the packets that carry the tunnels, and our own site.
 *
 * @param what what the addresses are, such as {@code the outside address of aws-1}
 * @param ofSite whether the site's own routers may change it all the same
 */
public record ProtectedPrefix(Nlri prefix, String what, boolean ofSite) {
    public static ProtectedPrefix of(IpPrefix prefix, String what) {
        return new ProtectedPrefix(Nlri.of(prefix), what, false);
    }

    public static ProtectedPrefix of(InetAddress address, String what) {
        return new ProtectedPrefix(Nlri.host(address), what, false);
    }

    /** A prefix of the site: it is closed to the tunnels' peers, and the site's own matter. */
    public static ProtectedPrefix ofSite(IpPrefix prefix, String what) {
        return new ProtectedPrefix(Nlri.of(prefix), what, true);
    }

    boolean binds(PeerKind peer) {
        return !(ofSite && peer == PeerKind.LAN);
    }
}
