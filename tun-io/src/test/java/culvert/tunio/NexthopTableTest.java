package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FreshNamespace.class)
class NexthopTableTest {
    private static final InetAddress DESTINATION = InetAddress.ofLiteral("10.20.0.0");

    private Rtnetlink netlink;
    private NexthopTable nexthops;
    private TunDevice first;
    private TunDevice second;

    @BeforeEach
    void open() {
        netlink = Rtnetlink.open();
        nexthops = netlink.nexthops();
        first = TunDevice.open("cvt0");
        second = TunDevice.open("cvt1");
        netlink.links().setUp(first.interfaceIndex());
        netlink.links().setUp(second.interfaceIndex());
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
        netlink.close();
    }

    @Test
    void everyKindIsListedAsItWasMade() {
        List<Nexthop> wanted =
                List.of(
                        new Nexthop.Device(1, first.interfaceIndex(), false),
                        new Nexthop.Device(2, second.interfaceIndex(), false),
                        new Nexthop.Device(3, second.interfaceIndex(), true),
                        new Nexthop.Group(10, List.of(1, 2)),
                        new Nexthop.Group(11, List.of(2)),
                        new Nexthop.Blackhole(20, false),
                        new Nexthop.Blackhole(21, true));
        wanted.forEach(nexthops::replace);
        assertEquals(Set.copyOf(wanted), Set.copyOf(nexthops.list()));
        wanted.reversed().forEach(nexthop -> assertTrue(nexthops.delete(nexthop.id())));
        assertEquals(List.of(), nexthops.list());
        assertFalse(nexthops.delete(1));
    }

    @Test
    void changingAGroupMovesItsRoutes() {
        nexthops.replace(new Nexthop.Device(1, first.interfaceIndex(), false));
        nexthops.replace(new Nexthop.Device(2, second.interfaceIndex(), false));
        nexthops.replace(new Nexthop.Group(10, List.of(1)));
        Route route = new Route(DESTINATION, 16, new RouteTarget.ViaNexthop(10), 50);
        netlink.routes().add(route);
        assertEquals(first.interfaceIndex(), wayOut());
        nexthops.replace(new Nexthop.Group(10, List.of(2)));
        assertEquals(second.interfaceIndex(), wayOut());
        assertEquals(List.of(route), netlink.routes().list());
    }

    @Test
    void changingADeviceNexthopMovesItsRoutes() {
        nexthops.replace(new Nexthop.Device(1, first.interfaceIndex(), false));
        netlink.routes().add(new Route(DESTINATION, 16, new RouteTarget.ViaNexthop(1), 50));
        nexthops.replace(new Nexthop.Device(1, second.interfaceIndex(), false));
        assertEquals(second.interfaceIndex(), wayOut());
    }

    @Test
    void refusesADeviceThatIsDown() {
        netlink.links().setDown(first.interfaceIndex());
        TunIoException e =
                assertThrows(
                        TunIoException.class,
                        () ->
                                nexthops.replace(
                                        new Nexthop.Device(1, first.interfaceIndex(), false)));
        assertEquals(
                "cannot set the nexthop 1: ENETDOWN (network is down); the kernel says:"
                        + " Nexthop device is not up",
                e.getMessage());
    }

    @Test
    void refusesAGroupOfUnknownMembers() {
        TunIoException e =
                assertThrows(
                        TunIoException.class,
                        () -> nexthops.replace(new Nexthop.Group(10, List.of(99))));
        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains("the kernel says: "), e.getMessage());
    }

    private int wayOut() {
        return netlink.routes()
                .lookup(InetAddress.ofLiteral("10.20.1.1"))
                .orElseThrow()
                .interfaceIndex();
    }
}
