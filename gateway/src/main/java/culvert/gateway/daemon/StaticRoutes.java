package culvert.gateway.daemon;

import culvert.gateway.log.LogKey;
import culvert.model.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The static routes of one connection: all point at the first tunnel of the file that is up.
 *
 * <p>While none is up they stay where they are. A TUN device whose tunnel has no SA drops what it
 * is given, so nothing follows the default route in the clear (invariant 6).
 */
final class StaticRoutes {
    /** How a route gets into the kernel; tunnels go by name. */
    interface Table {
        void replace(IpPrefix destination, String tunnel);

        void remove(IpPrefix destination, String tunnel);
    }

    private static final Logger log = LoggerFactory.getLogger(StaticRoutes.class);

    private final String connection;
    private List<IpPrefix> destinations;
    private List<String> tunnels;
    private final Table table;
    private String target;

    /** Installs the routes at once, at the first tunnel: before any SA there is only the drop. */
    StaticRoutes(
            String connection, List<IpPrefix> destinations, List<String> tunnels, Table table) {
        this.connection = connection;
        this.destinations = destinations;
        this.tunnels = tunnels;
        this.table = table;
        this.target = tunnels.getFirst();
        pointAt(target);
    }

    /** Other destinations or other tunnels; routes that are in both stay as they are. */
    void change(List<IpPrefix> newDestinations, List<String> newTunnels) {
        destinations.stream()
                .filter(destination -> !newDestinations.contains(destination))
                .forEach(destination -> table.remove(destination, target));
        destinations = newDestinations;
        tunnels = newTunnels;
        if (!tunnels.contains(target)) {
            target = tunnels.getFirst();
        }
        pointAt(target);
    }

    /** Moves the routes when the first tunnel that is up is not where they point. */
    void reselect(Predicate<String> isUp) {
        Optional<String> best = tunnels.stream().filter(isUp).findFirst();
        if (best.isPresent() && !best.get().equals(target)) {
            log.atInfo()
                    .addKeyValue(LogKey.TUNNEL, best.get())
                    .addKeyValue(LogKey.EVENT, "routes-moved")
                    .log(
                            "{} routes of connection {} move here from {}",
                            destinations.size(),
                            connection,
                            target);
            target = best.get();
            pointAt(target);
        }
    }

    private void pointAt(String tunnel) {
        for (IpPrefix destination : destinations) {
            table.replace(destination, tunnel);
        }
    }

    /** The first that is up carries the routes. */
    List<String> tunnels() {
        return tunnels;
    }

    List<IpPrefix> destinations() {
        return destinations;
    }

    String target() {
        return target;
    }

    void removeAll() {
        for (IpPrefix destination : destinations) {
            table.remove(destination, target);
        }
    }
}
