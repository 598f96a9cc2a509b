package culvert.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.gateway.LabNamespace;
import culvert.model.IpPrefix;
import culvert.tunio.Nexthop;
import culvert.tunio.Route;
import culvert.tunio.RouteTarget;
import culvert.tunio.Rtnetlink;
import culvert.tunio.TunDevice;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RoutingTableTest {
    @RegisterExtension final LabNamespace namespace = new LabNamespace();

    private static final IpPrefix VPC = IpPrefix.parse("10.20.0.0/16");
    private static final IpPrefix OTHER = IpPrefix.parse("10.21.0.0/16");

    private TunDevice one;
    private TunDevice two;
    private Rtnetlink netlink;
    private RoutingTable table;

    @BeforeEach
    void makeDevices() {
        one = TunDevice.open("one");
        two = TunDevice.open("two");
        netlink = Rtnetlink.open();
        netlink.links().setUp(one.interfaceIndex());
        netlink.links().setUp(two.interfaceIndex());
        table = new RoutingTable(netlink);
        table.point("a", one.interfaceIndex());
        table.point("b", two.interfaceIndex());
    }

    @AfterEach
    void close() {
        netlink.close();
        one.close();
        two.close();
    }

    @Test
    void aBundleMovesAllItsRoutesWithOneObject() {
        apply(install(VPC, "a"), install(OTHER, "a"));
        assertEquals(Map.of(VPC, "one", OTHER, "one"), inKernel());
        List<Nexthop> before = netlink.nexthops().list();
        table.point("a", two.interfaceIndex());
        assertEquals(Map.of(VPC, "two", OTHER, "two"), inKernel());
        assertEquals(before.size(), netlink.nexthops().list().size());
    }

    @Test
    void aRouteMovesBetweenBundlesAndGoes() {
        apply(install(VPC, "a"));
        apply(install(VPC, "b"));
        assertEquals(Map.of(VPC, "two"), inKernel());
        apply(new TableChange.Remove(VPC, RoutingTable.BGP_METRIC));
        assertEquals(Map.of(), inKernel());
        assertEquals(0, table.size());
    }

    @Test
    void reconcilingPutsBackWhatWasTakenAway() {
        apply(install(VPC, "a"), install(OTHER, "b"));
        // Down takes a device's nexthop objects and their routes along.
        netlink.links().setDown(one.interfaceIndex());
        netlink.links().setUp(one.interfaceIndex());
        assertEquals(Map.of(OTHER, "two"), inKernel());
        reconcile(true);
        assertEquals(Map.of(VPC, "one", OTHER, "two"), inKernel());
    }

    @Test
    void reconcilingRemovesRoutesOfAnEarlierRunWhenTold() {
        apply(install(VPC, "a"));
        netlink.routes()
                .add(
                        new Route(
                                InetAddress.ofLiteral("10.99.0.0"),
                                16,
                                new RouteTarget.Interface(two.interfaceIndex()),
                                RoutingTable.BGP_METRIC));
        reconcile(false);
        assertEquals(2, inKernel().size());
        reconcile(true);
        assertEquals(Map.of(VPC, "one"), inKernel());
    }

    @Test
    void clearLeavesNothing() {
        apply(install(VPC, "a"), install(OTHER, "b"));
        table.clear();
        assertEquals(Map.of(), inKernel());
        assertEquals(List.of(), netlink.nexthops().list());
    }

    @Test
    void tenThousandRoutesMoveAsOne() {
        List<TableChange> many = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            many.add(install(IpPrefix.parse("10.%d.%d.0/24".formatted(i >> 8, i & 255)), "a"));
        }
        table.apply(many);
        assertEquals(10_000, netlink.routes().list().size());
        long startNanos = System.nanoTime();
        table.point("a", two.interfaceIndex());
        long tookMillis = (System.nanoTime() - startNanos) / 1_000_000;
        assertTrue(tookMillis < 500, tookMillis + " ms");
        assertEquals(
                two.interfaceIndex(),
                netlink.routes()
                        .lookup(InetAddress.ofLiteral("10.39.1.1"))
                        .orElseThrow()
                        .interfaceIndex());
    }

    /** As {@link RouteWriter} does, in one thread: that of the namespace. */
    private void reconcile(boolean removeUnknown) {
        table.mendNexthops();
        RouteSurvey survey = RouteSurvey.take(table.wanted());
        table.restore(survey.missing());
        if (removeUnknown) {
            table.removeStrays(survey.unknown());
        }
    }

    private void apply(TableChange... changes) {
        table.apply(List.of(changes));
    }

    private static TableChange install(IpPrefix prefix, String bundle) {
        return new TableChange.Install(prefix, RoutingTable.BGP_METRIC, bundle);
    }

    /** Culvert's routes, each with the device that its packets leave by. */
    private Map<IpPrefix, String> inKernel() {
        Map<IpPrefix, String> devices =
                new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
        for (Route route : netlink.routes().list()) {
            int index = netlink.routes().lookup(route.destination()).orElseThrow().interfaceIndex();
            devices.put(
                    new IpPrefix(route.destination(), route.prefixLength()),
                    index == one.interfaceIndex() ? "one" : "two");
        }
        return devices;
    }
}
