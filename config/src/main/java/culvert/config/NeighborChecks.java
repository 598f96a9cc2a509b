package culvert.config;

import static culvert.config.NeighborKeys.ADDRESS;
import static culvert.config.NeighborKeys.LOCAL_ADDRESS;
import static culvert.config.NeighborKeys.NAME;
import static culvert.config.NeighborKeys.NEIGHBORS;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Neighbors against each other and against the tunnels. */
final class NeighborChecks {
    private final Problems problems;
    private final Set<String> names = new HashSet<>();
    private final Map<InetAddress, Fields> addresses = new HashMap<>();

    private NeighborChecks(GatewayDraft gateway, Problems problems) {
        this.problems = problems;
        for (TunnelDraft tunnel : gateway.tunnels()) {
            tunnel.fields().value(ConfigKeys.TUNNEL_NAME).ifPresent(n -> names.add(n.value()));
        }
    }

    static void check(GatewayDraft gateway, Problems problems) {
        NeighborChecks checks = new NeighborChecks(gateway, problems);
        if (gateway.root().isWritten(NEIGHBORS)
                && !gateway.speaksBgp()
                && gateway.connections().stream().allMatch(c -> c.routing().isPresent())) {
            problems.error(
                    gateway.root().keyAt(NEIGHBORS),
                    "neighbors have nothing to hear: no connection has routing: bgp",
                    "remove neighbors, or write routing: bgp");
        }
        gateway.root().sections(NEIGHBORS).forEach(checks::check);
    }

    private void check(Fields neighbor) {
        neighbor.value(NAME)
                .filter(name -> !names.add(name.value()))
                .ifPresent(
                        name ->
                                problems.error(
                                        name.at(),
                                        "another neighbor or tunnel is named '%s' already"
                                                .formatted(name.value()),
                                        "give each neighbor a name of its own"));
        neighbor.value(ADDRESS).ifPresent(address -> checkAddress(neighbor, address));
    }

    private void checkAddress(Fields neighbor, Located<InetAddress> address) {
        InetAddress value = address.value();
        String text = value.getHostAddress();
        Fields other = addresses.putIfAbsent(value, neighbor);
        Optional<LanAddress> local = neighbor.value(LOCAL_ADDRESS).map(Located::value);
        if (other != null) {
            problems.error(
                    address.at(),
                    "address %s is that of %s already".formatted(text, other.label()),
                    "write each neighbor once");
        } else if (local.filter(l -> l.address().equals(value)).isPresent()) {
            problems.error(
                    address.at(),
                    "address %s is our own local-address".formatted(text),
                    "write the neighbor's address");
        } else if (local.filter(l -> !l.network().contains(value)).isPresent()) {
            problems.error(
                    address.at(),
                    "address %s is not in the network %s of local-address"
                            .formatted(text, local.orElseThrow().network()),
                    "write an address of the same LAN: sessions over routers are not spoken");
        }
    }
}
