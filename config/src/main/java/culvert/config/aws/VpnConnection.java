package culvert.config.aws;

import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * One VPN connection as a document describes it.
 *
 * @param id such as {@code vpn-0123456789abcdef0}
 * @param label the tag {@code Name}
 * @param gateway AWS's end: the id of a virtual private gateway, a transit gateway or a core
 *     network; absent in the XML of the latter two
 * @param outsideAddress of the customer gateway as AWS knows it; absent when the tunnels disagree
 * @param siteNetwork the customer's side of the selectors, when it is not everything
 * @param awsNetwork AWS's side of the selectors, when it is not everything
 * @param siteRoutes what AWS sends into the tunnels; only with static routing
 * @param keyArn the secret in which AWS keeps the keys instead of the document
 * @param usesCertificates whether AWS's ends prove themselves with certificates
 */
record VpnConnection(
        Optional<String> id,
        Optional<String> label,
        Optional<String> customerGatewayId,
        Optional<String> gateway,
        boolean isStatic,
        Optional<InetAddress> outsideAddress,
        Optional<Long> siteAsn,
        Optional<Long> peerAsn,
        Optional<IpPrefix> siteNetwork,
        Optional<IpPrefix> awsNetwork,
        List<IpPrefix> siteRoutes,
        Optional<String> keyArn,
        boolean usesCertificates,
        List<VpnTunnel> tunnels) {
    VpnConnection {
        siteRoutes = List.copyOf(siteRoutes);
        tunnels = List.copyOf(tunnels);
    }

    /** Limits of what AWS announces differ: 1,000 prefixes, or 5,000 on a transit gateway. */
    boolean endsAtVirtualPrivateGateway() {
        return gateway.filter(id -> id.startsWith("vgw-")).isPresent();
    }

    String name() {
        return id.orElse("a connection without an id");
    }
}
