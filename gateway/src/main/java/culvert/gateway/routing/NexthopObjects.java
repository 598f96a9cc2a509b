package culvert.gateway.routing;

import culvert.tunio.Errno;
import culvert.tunio.Nexthop;
import culvert.tunio.NexthopTable;
import culvert.tunio.RouteTarget;
import culvert.tunio.TunIoException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nexthop objects that bundles of routes refer to, one for each address family: to move a
 * bundle is to change its object. They are made when the first route of the family needs them,
 * since a machine without IPv6 refuses the other.
 *
 * <p>A bundle that may be spread has a group for its object, with the interfaces' own objects as
 * members: the kernel does not let an object become a group later.
 */
final class NexthopObjects {
    private static final Logger log = LoggerFactory.getLogger(NexthopObjects.class);

    /** Objects of others count up from 1, or have big round numbers. */
    private static final int FIRST_ID = 0x00CE_0000;

    private record Member(int interfaceIndex, boolean ipv4) {}

    private final NexthopTable table;
    private final boolean spread;
    private final Map<Member, Integer> members = new LinkedHashMap<>();
    private final Map<Integer, Nexthop> made = new LinkedHashMap<>();
    private int lastId = FIRST_ID - 2;
    private boolean plain;

    NexthopObjects(NexthopTable table, TableOptions options) {
        this.table = table;
        this.spread = options.spread();
        this.plain = options.plain();
    }

    /** Two numbers, of which this is the first. */
    int nextId() {
        lastId += 2;
        return lastId;
    }

    /** Whether every route must be written anew to lead elsewhere. */
    boolean arePlain() {
        return plain;
    }

    /** Where a route of this bundle, which is not idle, leads; makes the object that it needs. */
    RouteTarget target(Bundle bundle, boolean ipv4) {
        if (!plain && !made.containsKey(bundle.nexthopId(ipv4))) {
            try {
                set(bundle, ipv4);
            } catch (TunIoException e) {
                if (e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.EINVAL) {
                    throw e;
                }
                plain = true;
                log.info("this kernel has no nexthop objects: routes are moved one by one");
            }
        }
        return plain
                ? new RouteTarget.Interface(bundle.interfaces().getFirst())
                : new RouteTarget.ViaNexthop(bundle.nexthopId(ipv4));
    }

    /** The bundle leads elsewhere: one message for each family in use. */
    void move(Bundle bundle) {
        for (boolean ipv4 : new boolean[] {true, false}) {
            if (made.containsKey(bundle.nexthopId(ipv4))) {
                set(bundle, ipv4);
            }
        }
    }

    private void set(Bundle bundle, boolean ipv4) {
        int id = bundle.nexthopId(ipv4);
        if (!spread) {
            replace(new Nexthop.Device(id, bundle.interfaces().getFirst(), !ipv4));
            return;
        }
        List<Integer> ids = new ArrayList<>();
        for (int interfaceIndex : bundle.interfaces()) {
            Member member = new Member(interfaceIndex, ipv4);
            int memberId = members.computeIfAbsent(member, m -> nextId());
            if (!made.containsKey(memberId)) {
                replace(new Nexthop.Device(memberId, interfaceIndex, !ipv4));
            }
            ids.add(memberId);
        }
        replace(new Nexthop.Group(id, ids));
    }

    /** What is refused now {@link #mend} tries again, unless the object was never there. */
    private void replace(Nexthop object) {
        made.computeIfPresent(object.id(), (id, before) -> object);
        table.replace(object);
        made.put(object.id(), object);
    }

    /** Nothing carries the bundle: the kernel takes its routes away with its objects. */
    void drop(Bundle bundle) {
        for (boolean ipv4 : new boolean[] {true, false}) {
            if (made.remove(bundle.nexthopId(ipv4)) != null) {
                table.delete(bundle.nexthopId(ipv4));
            }
        }
    }

    /** The interface goes, and with it the objects that groups had for it. */
    void forget(int interfaceIndex) {
        for (boolean ipv4 : new boolean[] {true, false}) {
            Integer id = members.remove(new Member(interfaceIndex, ipv4));
            if (id != null && made.remove(id) != null) {
                table.delete(id);
            }
        }
    }

    /** Makes anew what others deleted or changed, and deletes what an earlier run left. */
    void mend() {
        if (plain) {
            return;
        }
        Set<Nexthop> found = new LinkedHashSet<>(table.list());
        int mended = 0;
        // Members first: a group can only name what is there.
        for (boolean group : new boolean[] {false, true}) {
            for (Nexthop object : List.copyOf(made.values())) {
                if (object instanceof Nexthop.Group == group && !found.contains(object)) {
                    mended++;
                    table.replace(object);
                }
            }
        }
        found.removeIf(object -> made.containsKey(object.id()));
        found.forEach(unknown -> table.delete(unknown.id()));
        if (mended > 0) {
            log.warn("{} nexthop objects were missing or changed, and are set again", mended);
        }
    }

    /** Deletes them all: groups first, because of their members. */
    void clear() {
        for (boolean group : new boolean[] {true, false}) {
            for (Nexthop object : List.copyOf(made.values())) {
                if (object instanceof Nexthop.Group == group) {
                    table.delete(object.id());
                    made.remove(object.id());
                }
            }
        }
    }
}
