package culvert.config;

import culvert.bgp.BgpSettings;
import culvert.ike.IkeTunnelSettings;
import culvert.model.Encapsulation;
import java.time.Duration;
import java.util.Optional;

/**
 * One tunnel.
 *
 * @param name unique among all tunnels of the file
 * @param interfaceName of the TUN device; unique
 * @param probeInterval between probes of the path to the inside address of the peer; absent: none
 * @param bgp present exactly when the routing of the connection is BGP
 */
public record TunnelConfig(
        String name,
        String interfaceName,
        InsideAddress insideAddress,
        IkeTunnelSettings ike,
        Encapsulation encapsulation,
        DataplaneConfig dataplane,
        Optional<Duration> probeInterval,
        Optional<BgpSettings> bgp) {}
