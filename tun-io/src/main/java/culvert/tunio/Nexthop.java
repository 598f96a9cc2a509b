package culvert.tunio;

import java.util.List;

/**
 * A nexthop object (Linux 5.3): routes refer to it by number, so that changing it moves them all
 * with one message.
 *
 * <p>The kernel removes a device nexthop when its interface goes down, from its groups too; a group
 * that loses its last member goes, and its routes with it.
 */
public sealed interface Nexthop {
    /** Its number, above 0, unique in the network namespace. */
    int id();

    /**
     * Out of an interface, straight to the destination.
     *
     * @param inet6 whether IPv6 routes use it; IPv4 routes want false
     */
    record Device(int id, int interfaceIndex, boolean inet6) implements Nexthop {}

    /** Flows spread evenly over the members, each the number of another nexthop. */
    record Group(int id, List<Integer> members) implements Nexthop {
        public Group {
            members = List.copyOf(members);
        }
    }

    /** Nowhere: packets are dropped silently. */
    record Blackhole(int id, boolean inet6) implements Nexthop {}
}
