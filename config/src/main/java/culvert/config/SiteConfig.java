package culvert.config;

import culvert.ike.message.Identification;
import culvert.model.IpPrefix;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * This end of every tunnel.
 *
 * @param outsideAddress the address that IKE and ESP leave from
 * @param asn our AS number (RFC 6793), 1 to 4294967295; present when a connection speaks BGP
 * @param routerId our BGP identifier (RFC 6286); present when a connection speaks BGP
 * @param advertise announced to every BGP peer
 */
public record SiteConfig(
        String name,
        InetAddress outsideAddress,
        Identification identity,
        OptionalLong asn,
        Optional<Inet4Address> routerId,
        List<IpPrefix> advertise) {
    public SiteConfig {
        advertise = List.copyOf(advertise);
    }
}
