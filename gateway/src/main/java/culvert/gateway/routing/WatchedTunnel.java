package culvert.gateway.routing;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What is needed of a tunnel to know whether packets get through.
 *
 * @param interfaceName of its TUN device
 * @param local our inside address
 * @param peer the peer's inside address
 * @param probeInterval between echo requests; absent: none are sent
 * @param speaksBgp whether it carries traffic only with a BGP session
 * @param packetsIn counts the packets that came in and were authentic
 */
public record WatchedTunnel(
        String name,
        String connection,
        String interfaceName,
        int interfaceIndex,
        InetAddress local,
        InetAddress peer,
        Optional<Duration> probeInterval,
        boolean speaksBgp,
        LongSupplier packetsIn) {

    /** Whether echo requests that were sent for the other say something of this one. */
    boolean isProbedAs(WatchedTunnel other) {
        return interfaceIndex == other.interfaceIndex
                && local.equals(other.local)
                && peer.equals(other.peer)
                && probeInterval.equals(other.probeInterval);
    }
}
