package culvert.gateway.routing;

import culvert.tunio.Nexthop;
import culvert.tunio.NexthopTable;
import culvert.tunio.RouteTarget;
import java.util.ArrayList;
import java.util.List;

/**
 * Routes that always go the same way, by one nexthop object for each address family: to move them
 * all is to change that object. Made when the first route of the family needs it, since a machine
 * without IPv6 refuses the other.
 */
final class Bundle {
    private final int ipv4Id;
    private int interfaceIndex;
    private boolean ipv4Made;
    private boolean ipv6Made;

    /**
     * @param id number of the IPv4 object; the next one is the IPv6 object's
     */
    Bundle(int id, int interfaceIndex) {
        this.ipv4Id = id;
        this.interfaceIndex = interfaceIndex;
    }

    int interfaceIndex() {
        return interfaceIndex;
    }

    /** One message for each family in use. */
    void move(int newInterfaceIndex, NexthopTable nexthops) {
        interfaceIndex = newInterfaceIndex;
        objects().forEach(nexthops::replace);
    }

    /** Where a route of this bundle leads; makes the object that it needs. */
    RouteTarget target(boolean ipv4, NexthopTable nexthops) {
        boolean made = ipv4 ? ipv4Made : ipv6Made;
        if (!made) {
            nexthops.replace(object(ipv4));
            if (ipv4) {
                ipv4Made = true;
            } else {
                ipv6Made = true;
            }
        }
        return new RouteTarget.ViaNexthop(id(ipv4));
    }

    /** The objects as they should be in the kernel. */
    List<Nexthop> objects() {
        List<Nexthop> objects = new ArrayList<>(2);
        if (ipv4Made) {
            objects.add(object(true));
        }
        if (ipv6Made) {
            objects.add(object(false));
        }
        return objects;
    }

    private Nexthop object(boolean ipv4) {
        return new Nexthop.Device(id(ipv4), interfaceIndex, !ipv4);
    }

    private int id(boolean ipv4) {
        return ipv4 ? ipv4Id : ipv4Id + 1;
    }
}
