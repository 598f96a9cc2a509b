package culvert.gateway.bgp;

import culvert.model.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where the session with one peer runs.
 *
 * @param peer name of the peer: the tunnel's, or the neighbor's
 * @param local our address on the link: sessions start from it and are listened for on it
 * @param remote the peer's address on the link; nobody else is let in
 * @param md5Key key of RFC 2385
 * @param ttlSecurity only packets that no router has forwarded count (RFC 5082)
 */
public record BgpLink(
        String peer,
        InetAddress local,
        InetAddress remote,
        Optional<Secret> md5Key,
        boolean ttlSecurity) {
    static final int BGP_PORT = 179;

    InetSocketAddress listenAddress() {
        return new InetSocketAddress(local, BGP_PORT);
    }

    InetSocketAddress peerAddress() {
        return new InetSocketAddress(remote, BGP_PORT);
    }

    boolean isIpv4() {
        return local.getAddress().length == 4;
    }
}
