package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FreshNamespace.class)
class RouteTableTest {
    private static final int METRIC = 50;

    private Rtnetlink netlink;
    private RouteTable routes;
    private TunDevice device;
    private TunDevice otherDevice;
    private RouteTarget toDevice;
    private RouteTarget toOtherDevice;

    @BeforeEach
    void open() {
        netlink = Rtnetlink.open();
        routes = netlink.routes();
        device = openUp("cvt0", "169.254.10.2", "fd00:10::2");
        otherDevice = openUp("cvt1", "169.254.10.6", "fd00:20::2");
        toDevice = new RouteTarget.Interface(device.interfaceIndex());
        toOtherDevice = new RouteTarget.Interface(otherDevice.interfaceIndex());
    }

    @AfterEach
    void close() {
        device.close();
        otherDevice.close();
        netlink.close();
    }

    @Test
    void everyKindOfRouteIsListedAsItWasAdded() {
        netlink.nexthops().replace(new Nexthop.Device(7, device.interfaceIndex(), false));
        List<Route> wanted =
                List.of(
                        route("0.0.0.0", 0, toDevice),
                        route("10.20.0.0", 16, toDevice),
                        new Route(
                                ip("10.21.0.0"),
                                16,
                                toDevice,
                                METRIC,
                                Optional.of(ip("169.254.10.2"))),
                        route(
                                "10.22.0.0",
                                16,
                                new RouteTarget.Gateway(
                                        device.interfaceIndex(), ip("169.254.10.1"))),
                        route("10.23.0.0", 16, new RouteTarget.Blackhole()),
                        route("10.24.0.0", 16, new RouteTarget.ViaNexthop(7)),
                        route("10.25.0.1", 32, toDevice),
                        route("::", 0, toDevice),
                        route("2001:db8:1::", 48, toDevice),
                        route(
                                "2001:db8:2::",
                                48,
                                new RouteTarget.Gateway(device.interfaceIndex(), ip("fd00:10::1"))),
                        route("2001:db8:3::", 48, new RouteTarget.Blackhole()));
        wanted.forEach(routes::add);
        assertEquals(Set.copyOf(wanted), Set.copyOf(routes.list()));
        wanted.forEach(route -> assertTrue(routes.delete(route)));
        assertEquals(List.of(), routes.list());
    }

    @Test
    void replacingMovesARouteAndAddingDoesNot() {
        for (String network : List.of("10.20.0.0", "2001:db8::")) {
            Route first = route(network, 16 + (network.contains(":") ? 16 : 0), toDevice);
            Route second =
                    new Route(first.destination(), first.prefixLength(), toOtherDevice, METRIC);
            routes.replace(first);
            assertEquals(
                    Errno.EEXIST,
                    assertThrows(TunIoException.class, () -> routes.add(second)).errno());
            routes.replace(second);
            assertEquals(List.of(second), routes.list());
            assertTrue(routes.delete(first), "the target does not matter");
        }
    }

    @Test
    void deletingWhatIsNotThereIsNotAnError() {
        assertFalse(routes.delete(route("10.20.0.0", 16, toDevice)));
        assertFalse(routes.delete(route("2001:db8::", 32, toDevice)));
    }

    @Test
    void leavesTheRoutesOfOthersAlone() {
        // The kernel itself made these (protocol 2) when the address was added.
        for (Route connected :
                List.of(
                        new Route(ip("169.254.10.0"), 30, toDevice, 0),
                        new Route(ip("fd00:10::"), 126, toDevice, 256))) {
            assertFalse(routes.delete(connected));
            assertFalse(
                    routes.lookup(connected.destination()).isEmpty(), "it can be reached still");
        }
        assertEquals(List.of(), routes.list());
    }

    @Test
    void looksUpTheWayOut() {
        routes.add(route("10.20.0.0", 16, toDevice));
        routes.add(
                route(
                        "10.22.0.0",
                        16,
                        new RouteTarget.Gateway(device.interfaceIndex(), ip("169.254.10.1"))));
        routes.add(route("10.23.0.0", 16, new RouteTarget.Blackhole()));
        int index = device.interfaceIndex();
        Optional<InetAddress> ours = Optional.of(ip("169.254.10.2"));
        assertEquals(
                Optional.of(new RouteLookup(index, Optional.empty(), ours, false)),
                routes.lookup(ip("10.20.1.1")));
        assertEquals(
                Optional.of(new RouteLookup(index, Optional.of(ip("169.254.10.1")), ours, false)),
                routes.lookup(ip("10.22.1.1")));
        assertEquals(
                Optional.of(new RouteLookup(FreshNamespace.LOOPBACK, Optional.empty(), ours, true)),
                routes.lookup(ip("169.254.10.2")));
        assertEquals(Optional.empty(), routes.lookup(ip("10.23.1.1")), "blackhole");
        assertEquals(Optional.empty(), routes.lookup(ip("192.0.2.1")), "no route");
        assertEquals(Optional.empty(), routes.lookup(ip("2001:db8::1")), "no route");
    }

    @Test
    void looksUpTheWayOutFromASource() {
        routes.add(route("10.20.0.0", 16, toDevice));
        int index = device.interfaceIndex();
        assertEquals(
                Optional.of(index),
                routes.lookup(ip("10.20.1.1"), ip("169.254.10.2"))
                        .map(RouteLookup::interfaceIndex));
        assertEquals(Optional.empty(), routes.lookup(ip("10.20.1.1"), ip("192.0.2.1")), "not ours");
        assertEquals(Optional.empty(), routes.lookup(ip("192.0.2.1"), ip("169.254.10.2")));
    }

    @Test
    void saysInTheKernelsWordsWhyAGatewayIsImpossible() {
        Route route =
                route(
                        "10.20.0.0",
                        16,
                        new RouteTarget.Gateway(device.interfaceIndex(), ip("192.0.2.1")));
        TunIoException e = assertThrows(TunIoException.class, () -> routes.add(route));
        assertEquals(
                "cannot add the route 10.20.0.0/16: ENETUNREACH (network is unreachable);"
                        + " the kernel says: Nexthop has invalid gateway",
                e.getMessage());
    }

    @Test
    void refusesToInstallAForeignKind() {
        Route foreign = route("10.20.0.0", 16, new RouteTarget.Foreign(7));
        assertThrows(IllegalArgumentException.class, () -> routes.replace(foreign));
        routes.replace(route("10.20.0.0", 16, toDevice));
        assertEquals(1, routes.list().size(), "the half-written message is forgotten");
    }

    @Test
    void appliesManyChangesAndReportsEachRefusal() {
        int count = 5000;
        List<RouteChange> changes = new ArrayList<>();
        Set<Route> wanted = new HashSet<>();
        for (int i = 0; i < count; i++) {
            Route route = route("10." + (i >> 8) + "." + (i & 255) + ".0", 24, toDevice);
            wanted.add(route);
            changes.add(new RouteChange.Replace(route));
        }
        RouteChange impossible =
                new RouteChange.Replace(route("10.200.0.0", 16, new RouteTarget.Interface(4711)));
        RouteChange alreadyGone = new RouteChange.Delete(route("10.201.0.0", 16, toDevice));
        changes.add(1, impossible);
        changes.add(3000, alreadyGone);
        changes.addLast(impossible);

        List<RouteChange.Failure> failures = routes.apply(changes);
        assertEquals(List.of(impossible, impossible), changesOf(failures));
        assertEquals(Errno.ENODEV, failures.getFirst().reason().errno());
        assertEquals(wanted, Set.copyOf(routes.list()));

        List<RouteChange> deletions = new ArrayList<>();
        wanted.forEach(route -> deletions.add(new RouteChange.Delete(route)));
        assertEquals(List.of(), routes.apply(deletions));
        assertEquals(List.of(), routes.list());
        assertEquals(List.of(), routes.apply(List.of()));
    }

    @Test
    void reportsABatchOfNothingButRefusals() {
        RouteChange impossible =
                new RouteChange.Replace(route("10.200.0.0", 16, new RouteTarget.Interface(4711)));
        List<RouteChange> changes = Collections.nCopies(3000, impossible);
        assertEquals(3000, routes.apply(changes).size());
    }

    @Test
    void addsOnlyWhereNothingStands() {
        Route route = route("10.20.0.0", 16, toDevice);
        assertEquals(List.of(), routes.apply(List.of(new RouteChange.Add(route))));
        RouteChange again = new RouteChange.Add(route("10.20.0.0", 16, toOtherDevice));
        List<RouteChange.Failure> failures = routes.apply(List.of(again));
        assertEquals(Errno.EEXIST, failures.getFirst().reason().errno());
        assertEquals(List.of(route), routes.list());
    }

    @Test
    void theUnderlayIsTheBestRouteThatIsNotCulverts() {
        assertEquals(Optional.empty(), routes.underlay(ip("192.0.2.1")));
        routes.add(route("0.0.0.0", 0, toDevice));
        assertEquals(Optional.empty(), routes.underlay(ip("192.0.2.1")));
        assertEquals(Optional.of(toDevice), routes.underlay(ip("169.254.10.1")));
        assertEquals(Optional.of(toOtherDevice), routes.underlay(ip("169.254.10.5")));
        assertEquals(Optional.of(toOtherDevice), routes.underlay(ip("fd00:20::1")));
        assertEquals(Optional.empty(), routes.underlay(ip("fd00:30::1")));
    }

    private static List<RouteChange> changesOf(List<RouteChange.Failure> failures) {
        return failures.stream().map(RouteChange.Failure::change).toList();
    }

    private TunDevice openUp(String name, String inet, String inet6) {
        TunDevice opened = TunDevice.open(name);
        int index = opened.interfaceIndex();
        netlink.addresses().add(new InterfaceAddress(index, ip(inet), 30));
        netlink.addresses().add(new InterfaceAddress(index, ip(inet6), 126));
        netlink.links().setUp(index);
        return opened;
    }

    private static Route route(String network, int prefixLength, RouteTarget target) {
        return new Route(ip(network), prefixLength, target, METRIC);
    }

    private static InetAddress ip(String literal) {
        return InetAddress.ofLiteral(literal);
    }
}
