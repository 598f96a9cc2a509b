package culvert.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.gateway.HostCommand;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoutingTableTest {
    @RegisterExtension final LabNamespace namespace = new LabNamespace();

    private static final int METRIC = 214;
    private static final IpPrefix VPC = IpPrefix.parse("10.20.0.0/16");
    private static final IpPrefix OTHER = IpPrefix.parse("10.21.0.0/16");

    /** How the routes of a bundle name its interface. */
    enum Kind {
        OBJECTS(false, false),
        GROUPS(true, false),
        /** As on kernels before 5.3. */
        PLAIN(false, true);

        private final boolean spread;
        private final boolean plain;

        Kind(boolean spread, boolean plain) {
            this.spread = spread;
            this.plain = plain;
        }

        TableOptions options(boolean guarded) {
            return new TableOptions(guarded, spread, plain);
        }
    }

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
        table = new RoutingTable(netlink, Kind.OBJECTS.options(false));
    }

    private void open(Kind kind, boolean guarded) {
        table = new RoutingTable(netlink, kind.options(guarded));
        table.lead("a", List.of(one.interfaceIndex()));
        table.lead("b", List.of(two.interfaceIndex()));
    }

    @AfterEach
    void close() {
        netlink.close();
        one.close();
        two.close();
    }

    @ParameterizedTest
    @EnumSource
    void aBundleMovesAllItsRoutes(Kind kind) {
        open(kind, false);
        apply(install(VPC, "a"), install(OTHER, "a"));
        assertEquals(Map.of(VPC, "one", OTHER, "one"), inKernel());
        table.lead("a", List.of(two.interfaceIndex()));
        assertEquals(Map.of(VPC, "two", OTHER, "two"), inKernel());
    }

    @Test
    void aMoveChangesOneObjectAndNoRoute() {
        open(Kind.OBJECTS, false);
        apply(install(VPC, "a"), install(OTHER, "a"));
        List<Nexthop> before = netlink.nexthops().list();
        table.lead("a", List.of(two.interfaceIndex()));
        assertEquals(before.size(), netlink.nexthops().list().size());
        assertEquals(Map.of(VPC, "two", OTHER, "two"), inKernel());
    }

    @Test
    void aSpreadBundleHasAllItsInterfacesInOneGroup() {
        open(Kind.GROUPS, false);
        apply(install(VPC, "a"));
        table.lead("a", List.of(one.interfaceIndex(), two.interfaceIndex()));
        String shown = HostCommand.require("ip", "route", "show", VPC.toString());
        assertTrue(shown.contains("dev one") && shown.contains("dev two"), shown);
        table.lead("a", List.of(two.interfaceIndex()));
        assertEquals(Map.of(VPC, "two"), inKernel());
    }

    @ParameterizedTest
    @EnumSource
    void aBundleThatNothingCarriesHasNoRoutesInTheKernelUntilItIsCarriedAgain(Kind kind) {
        open(kind, false);
        apply(install(VPC, "a"), install(OTHER, "b"));
        table.lead("a", List.of());
        assertEquals(Map.of(OTHER, "two"), inKernel());
        assertEquals(1, table.size());
        assertEquals(1, table.size("a"));
        apply(install(OTHER, "a"));
        assertEquals(Map.of(), inKernel());
        Reconciliation.now(table, true);
        assertEquals(Map.of(), inKernel());
        table.lead("a", List.of(two.interfaceIndex()));
        assertEquals(Map.of(VPC, "two", OTHER, "two"), inKernel());
    }

    @ParameterizedTest
    @EnumSource
    void aRouteMovesBetweenBundlesAndGoes(Kind kind) {
        open(kind, false);
        apply(install(VPC, "a"));
        apply(install(VPC, "b"));
        assertEquals(Map.of(VPC, "two"), inKernel());
        apply(new TableChange.Remove(VPC, METRIC));
        assertEquals(Map.of(), inKernel());
        assertEquals(0, table.size());
    }

    @ParameterizedTest
    @EnumSource
    void theGuardTakesThePacketsThatNothingCarriesAndGoesWithTheLastRoute(Kind kind) {
        open(kind, true);
        apply(install(VPC, "a"), new TableChange.Install(VPC, METRIC - 1, "b"));
        table.writeGuards(Integer.MAX_VALUE);
        assertEquals(Map.of(VPC, "two"), inKernel());
        table.lead("a", List.of());
        table.lead("b", List.of());
        assertEquals(Map.of(VPC, "blackhole"), inKernel());
        apply(new TableChange.Remove(VPC, METRIC));
        assertEquals(Map.of(VPC, "blackhole"), inKernel());
        apply(new TableChange.Remove(VPC, METRIC - 1));
        assertEquals(Map.of(), inKernel());
    }

    @ParameterizedTest
    @EnumSource
    void aGuardThatWaitsForItsTurnIsThereBeforeTheRouteGoes(Kind kind) {
        open(kind, true);
        apply(install(VPC, "a"));
        table.lead("a", List.of());
        assertEquals(Map.of(VPC, "blackhole"), inKernel());
    }

    @Test
    void theGuardOutlivesTheDevicesOfAProcessThatIsKilled() {
        open(Kind.OBJECTS, true);
        apply(install(VPC, "a"));
        table.writeGuards(Integer.MAX_VALUE);
        one.close();
        two.close();
        assertEquals(Map.of(VPC, "blackhole"), inKernel());

        one = TunDevice.open("one");
        two = TunDevice.open("two");
        netlink.links().setUp(one.interfaceIndex());
        netlink.links().setUp(two.interfaceIndex());
        open(Kind.OBJECTS, true);
        assertTrue(table.hasInherited());
        Reconciliation.now(table, false);
        assertEquals(Map.of(VPC, "blackhole"), inKernel(), "kept until the peers have spoken");
        apply(install(OTHER, "a"));
        Reconciliation.now(table, true);
        assertEquals(Map.of(OTHER, "one"), inKernel());
    }

    @ParameterizedTest
    @EnumSource
    void reconcilingPutsBackWhatWasTakenAway(Kind kind) {
        open(kind, true);
        apply(install(VPC, "a"), install(OTHER, "b"));
        // Down takes a device's nexthop objects and their routes along.
        netlink.links().setDown(one.interfaceIndex());
        netlink.links().setUp(one.interfaceIndex());
        HostCommand.require("ip", "route", "flush", "type", "blackhole");
        Reconciliation.now(table, true);
        assertEquals(Map.of(VPC, "one", OTHER, "two"), inKernel());
        String guards = HostCommand.require("ip", "route", "show", "type", "blackhole");
        assertEquals(2, guards.lines().count(), guards);
    }

    @Test
    void reconcilingRemovesRoutesOfAnEarlierRunWhenTold() {
        open(Kind.OBJECTS, false);
        apply(install(VPC, "a"));
        netlink.routes()
                .add(
                        new Route(
                                InetAddress.ofLiteral("10.99.0.0"),
                                16,
                                new RouteTarget.Interface(two.interfaceIndex()),
                                METRIC));
        Reconciliation.now(table, false);
        assertEquals(2, inKernel().size());
        Reconciliation.now(table, true);
        assertEquals(Map.of(VPC, "one"), inKernel());
    }

    @ParameterizedTest
    @EnumSource
    void aRouteOfAnotherProgramStaysAndOursWaitsForItsPlace(Kind kind) {
        HostCommand.require("ip", "route", "add", "10.20.0.0/16", "dev", "two", "metric", "214");
        open(kind, true);
        apply(install(VPC, "a"));
        table.writeGuards(Integer.MAX_VALUE);
        assertTrue(table.isTaken(VPC, METRIC));
        table.lead("a", List.of(two.interfaceIndex()));
        table.lead("a", List.of(one.interfaceIndex()));
        Reconciliation.now(table, true);
        apply(install(VPC, "b"));
        apply(new TableChange.Remove(VPC, METRIC));
        String shown = HostCommand.require("ip", "-d", "route", "show", "10.20.0.0/16");
        assertTrue(shown.contains("dev two proto boot"), shown);

        apply(install(VPC, "a"));
        HostCommand.require("ip", "route", "del", "10.20.0.0/16", "metric", "214", "proto", "boot");
        Reconciliation.now(table, true);
        assertFalse(table.isTaken(VPC, METRIC));
        assertEquals(Map.of(VPC, "one"), inKernel());
    }

    @Test
    void theBetterMetricWinsAndTheOtherTakesOver() {
        open(Kind.OBJECTS, true);
        apply(install(VPC, "a"));
        HostCommand.require("ip", "route", "add", "10.20.0.0/16", "dev", "two", "metric", "20");
        assertEquals(Map.of(VPC, "two"), inKernel());
        HostCommand.require("ip", "route", "del", "10.20.0.0/16", "metric", "20");
        assertEquals(Map.of(VPC, "one"), inKernel());
    }

    @ParameterizedTest
    @EnumSource
    void clearLeavesNothing(Kind kind) {
        open(kind, true);
        apply(install(VPC, "a"), install(OTHER, "b"));
        table.writeGuards(Integer.MAX_VALUE);
        table.clear();
        assertEquals(Map.of(), inKernel());
        assertEquals(List.of(), netlink.nexthops().list());
    }

    @Test
    void tenThousandRoutesMoveAsOne() {
        open(Kind.OBJECTS, true);
        List<TableChange> many = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            many.add(install(IpPrefix.parse("10.%d.%d.0/24".formatted(i >> 8, i & 255)), "a"));
        }
        table.apply(many);
        assertEquals(10_000, netlink.routes().list().size());
        table.writeGuards(Integer.MAX_VALUE);
        assertEquals(20_000, netlink.routes().list().size());
        long startNanos = System.nanoTime();
        table.lead("a", List.of(two.interfaceIndex()));
        long tookMillis = (System.nanoTime() - startNanos) / 1_000_000;
        assertTrue(tookMillis < 500, tookMillis + " ms");
        assertEquals(
                two.interfaceIndex(),
                netlink.routes()
                        .lookup(InetAddress.ofLiteral("10.39.1.1"))
                        .orElseThrow()
                        .interfaceIndex());
    }

    private void apply(TableChange... changes) {
        table.apply(List.of(changes));
    }

    private static TableChange install(IpPrefix prefix, String bundle) {
        return new TableChange.Install(prefix, METRIC, bundle);
    }

    /** The prefixes of Culvert's routes, each with the device that packets for it leave by. */
    private Map<IpPrefix, String> inKernel() {
        Map<IpPrefix, String> devices =
                new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
        for (Route route : netlink.routes().list()) {
            int index =
                    netlink.routes()
                            .lookup(route.destination())
                            .map(found -> found.interfaceIndex())
                            .orElse(0);
            devices.put(
                    new IpPrefix(route.destination(), route.prefixLength()),
                    index == 0 ? "blackhole" : index == one.interfaceIndex() ? "one" : "two");
        }
        return devices;
    }
}
