package culvert.config;

import culvert.bgp.rib.PrefixRule;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A router of the site that speaks BGP with us.
 *
 * @param asn its AS number; our own makes the session internal
 * @param passive whether we only wait for it to connect
 * @param md5File file with the key of RFC 2385
 * @param ttlSecurity packets carry a TTL of 255, others are refused (RFC 5082)
 * @param accept what these match is taken; empty: nothing
 * @param maxPrefixes the session is closed when it announces more
 * @param advertise what these match it is told; empty: everything that the tunnels' peers announce
 * @param med MULTI_EXIT_DISC of what it is told; empty: carried to an internal neighbor
 * @param localPref LOCAL_PREF of what is taken; empty: carried from an internal neighbor
 */
public record NeighborConfig(
        String name,
        InetAddress address,
        LanAddress localAddress,
        long asn,
        boolean passive,
        Duration holdTime,
        Optional<Path> md5File,
        boolean ttlSecurity,
        List<PrefixRule> accept,
        int maxPrefixes,
        List<PrefixRule> advertise,
        OptionalLong med,
        OptionalLong localPref) {
    public NeighborConfig {
        accept = List.copyOf(accept);
        advertise = List.copyOf(advertise);
    }
}
