package culvert.gateway.routing;

import culvert.bgp.rib.NextHop;
import culvert.gateway.log.LogKey;
import culvert.tunio.RouteLookup;
import culvert.tunio.RouteTable;
import culvert.tunio.RouteTarget;
import culvert.tunio.TunIoException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which way packets go that the site's own routers take: over the LAN, to their next hop. */
public final class NeighborWays {
    private static final Logger log = LoggerFactory.getLogger(NeighborWays.class);

    private final Set<String> neighbors;
    private final RouteTable kernel;
    private final Map<InetAddress, Optional<RouteTarget>> known = new HashMap<>();

    public NeighborWays(List<String> neighbors, RouteTable kernel) {
        this.neighbors = Set.copyOf(neighbors);
        this.kernel = kernel;
    }

    /** Where a next hop is, if its peer is a neighbor and it is on a LAN of this machine. */
    public Way way(NextHop hop) {
        return neighbors.contains(hop.peer())
                ? new Way(true, known.computeIfAbsent(hop.address(), this::find))
                : new Way(false, Optional.empty());
    }

    /**
     * The answer.
     *
     * @param isNeighbors whether the route is that of a neighbor
     * @param target empty when its next hop cannot be reached
     */
    public record Way(boolean isNeighbors, Optional<RouteTarget> target) {}

    /** Links may have changed: look again. */
    public void forget() {
        known.clear();
    }

    private Optional<RouteTarget> find(InetAddress address) {
        try {
            Optional<RouteLookup> found = kernel.lookup(address);
            if (found.filter(f -> !f.local() && f.gateway().isEmpty()).isPresent()) {
                return Optional.of(new RouteTarget.Gateway(found.get().interfaceIndex(), address));
            }
            log.atWarn()
                    .addKeyValue(LogKey.EVENT, "neighbor-next-hop")
                    .log("next hop {} is on no LAN of this machine", address.getHostAddress());
        } catch (TunIoException e) {
            log.warn("{}", e.getMessage());
        }
        return Optional.empty();
    }
}
