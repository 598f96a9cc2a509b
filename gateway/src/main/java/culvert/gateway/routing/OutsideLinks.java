package culvert.gateway.routing;

import culvert.tunio.Link;
import culvert.tunio.RouteLookup;
import culvert.tunio.TunIoException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the interfaces are there that lead to the peers' outside addresses. A peer is cut off
 * when the interface that led to it is down, without a carrier or gone, and no other one leads to
 * it. Belongs to the control loop.
 */
public final class OutsideLinks {
    private static final Logger log = LoggerFactory.getLogger(OutsideLinks.class);

    private final Supplier<List<Link>> links;
    private final Function<InetAddress, Optional<RouteLookup>> lookup;
    private final Map<InetAddress, Link> ways = new HashMap<>();
    private final Map<InetAddress, String> troubles = new HashMap<>();
    private boolean unsure = true;

    /**
     * @param links all interfaces as they are now
     * @param lookup which way the kernel would send a packet now
     */
    public OutsideLinks(
            Supplier<List<Link>> links, Function<InetAddress, Optional<RouteLookup>> lookup) {
        this.links = links;
        this.lookup = lookup;
    }

    /** Whether to look again soon though no interface changes: a route alone may come too. */
    public boolean isUnsure() {
        return unsure;
    }

    /** Why packets cannot leave for the peer; empty when they can, or when nobody knows. */
    public Optional<String> trouble(InetAddress peer) {
        return Optional.ofNullable(troubles.get(peer));
    }

    /**
     * Looks at the interfaces.
     *
     * @param tunnelInterfaces of our own, which lead to no outside address
     * @return the peers that are cut off now, otherwise than before, or no more
     */
    public Set<InetAddress> look(Set<InetAddress> peers, Set<Integer> tunnelInterfaces) {
        Map<InetAddress, String> before = Map.copyOf(troubles);
        ways.keySet().retainAll(peers);
        troubles.keySet().retainAll(peers);
        try {
            Map<Integer, Link> byIndex = new HashMap<>();
            links.get().forEach(link -> byIndex.put(link.index(), link));
            byIndex.keySet().removeAll(tunnelInterfaces);
            peers.forEach(peer -> look(peer, byIndex));
        } catch (TunIoException e) {
            log.warn("the interfaces could not be looked at: {}", e.getMessage());
        }
        unsure = !troubles.isEmpty() || !ways.keySet().equals(peers);
        Set<InetAddress> changed = new HashSet<>(before.keySet());
        changed.addAll(troubles.keySet());
        changed.removeIf(peer -> Objects.equals(before.get(peer), troubles.get(peer)));
        return changed;
    }

    private void look(InetAddress peer, Map<Integer, Link> byIndex) {
        Optional<Link> way =
                lookup.apply(peer)
                        .map(route -> byIndex.get(route.interfaceIndex()))
                        .filter(Link::running);
        if (way.isPresent()) {
            ways.put(peer, way.get());
        }
        Link known = ways.get(peer);
        Link now = known == null ? null : byIndex.get(known.index());
        if (known == null || way.isPresent() || (now != null && now.running())) {
            troubles.remove(peer);
        } else {
            String what = now == null ? "is gone" : now.up() ? "has no carrier" : "is down";
            troubles.put(
                    peer,
                    "the interface %s, which leads to %s, %s"
                            .formatted(known.name(), peer.getHostAddress(), what));
        }
    }
}
