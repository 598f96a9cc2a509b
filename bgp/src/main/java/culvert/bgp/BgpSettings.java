package culvert.bgp;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the configuration says of the BGP session inside one tunnel.
 *
 * @param peerAsn four-octet AS number of the peer (RFC 6793), unsigned
 * @param holdTime proposed hold time (RFC 4271 4.2): zero or at least three seconds
 * @param md5File file that holds the TCP MD5 key (RFC 2385)
 * @param ttlSecurity packets carry a TTL of 255, others are refused (RFC 5082)
 * @param med MULTI_EXIT_DISC that we announce while all tunnels are well
 * @param prepend how often our AS stands in AS_PATH beyond the one time
 * @param localPref LOCAL_PREF of what the peer announces
 */
public record BgpSettings(
        int peerAsn,
        Duration holdTime,
        Optional<Path> md5File,
        boolean ttlSecurity,
        int med,
        int prepend,
        int localPref) {}
