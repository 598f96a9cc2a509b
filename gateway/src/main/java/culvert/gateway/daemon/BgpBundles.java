package culvert.gateway.daemon;

import culvert.config.GatewayConfig;
import culvert.gateway.routing.RoutingTable;
import culvert.gateway.routing.Steering;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The bundles of BGP's routes: one for each set of tunnels whose peers announce the same. */
final class BgpBundles {
    private final Steering steering;
    private final RoutingTable table;
    private final Supplier<GatewayConfig> config;
    private final Map<String, List<String>> members = new LinkedHashMap<>();

    /**
     * @param config the one that counts now
     */
    BgpBundles(Steering steering, RoutingTable table, Supplier<GatewayConfig> config) {
        this.steering = steering;
        this.table = table;
        this.config = config;
    }

    /** The bundle of routes that the peers of these tunnels announce. */
    String of(List<String> tunnels) {
        String name = Bundles.ofTunnels(tunnels);
        if (members.putIfAbsent(name, tunnels) == null) {
            steer(name, tunnels);
        }
        return name;
    }

    /** Takes another configuration: what leads to the same networks may have changed. */
    void arrange() {
        members.keySet().removeIf(this::removeIfEmpty);
        members.forEach(this::steer);
    }

    private void steer(String bundle, List<String> tunnels) {
        steering.set(bundle, tunnels, Bundles.others(config.get(), tunnels));
    }

    private boolean removeIfEmpty(String bundle) {
        if (table.size(bundle) > 0) {
            return false;
        }
        steering.remove(bundle);
        return true;
    }
}
