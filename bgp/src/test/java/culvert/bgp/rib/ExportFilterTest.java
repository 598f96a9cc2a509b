package culvert.bgp.rib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import culvert.bgp.message.AsPath;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.Octets;
import culvert.bgp.message.PathAttribute;
import culvert.bgp.message.PathAttribute.AtomicAggregate;
import culvert.bgp.message.PathAttribute.ClusterList;
import culvert.bgp.message.PathAttribute.Communities;
import culvert.bgp.message.PathAttribute.ExtendedCommunities;
import culvert.bgp.message.PathAttribute.LocalPref;
import culvert.bgp.message.PathAttribute.MultiExitDisc;
import culvert.bgp.message.PathAttribute.Opaque;
import culvert.bgp.message.PathAttribute.OriginatorId;
import culvert.bgp.message.PathAttributes;
import culvert.model.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ExportFilterTest {
    private static final Nlri PREFIX = Nlri.parse("10.1.0.0/16");
    private static final RouteSource TUNNEL = Routes.tunnel("aws-1", 1, "169.254.10.1");
    private static final RouteSource OTHER_TUNNEL = Routes.tunnel("aws-2", 2, "169.254.10.5");
    private static final RouteSource LAN = Routes.internal("core", 3, "192.168.10.2");
    private static final RouteSource OTHER_LAN = Routes.internal("edge", 4, "192.168.10.3");

    @Test
    void announcesOurOwnPrefixesToEveryone() {
        Route own = Route.originated(Routes.LOCAL);
        assertEquals(
                Optional.of(Routes.attributes(AsPath.sequence(Routes.LOCAL_AS))),
                export(ExportPolicy.DEFAULT, TUNNEL, own));
        assertEquals(
                Optional.of(Routes.attributes(AsPath.EMPTY, new LocalPref(100))),
                export(ExportPolicy.DEFAULT, LAN, own));
    }

    @Test
    void saysWhichRuleKeepsAPrefixBack() {
        PrefixList list =
                new PrefixList(
                        List.of(
                                new PrefixRule(Nlri.parse("10.1.0.0/16"), 16, 24, false),
                                PrefixRule.exactly(IpPrefix.parse("10.3.0.0/16"))),
                        false);
        ExportFilter filter =
                new ExportFilter(ExportPolicy.advertising(list, 100), TUNNEL, Routes.LOCAL);
        assertEquals(
                "the advertise list has deny 10.1.0.0/16 le 24",
                filter.withheld(PREFIX, Route.originated(Routes.LOCAL)));
        assertEquals(
                "not in the advertise list",
                filter.withheld(Nlri.parse("10.2.0.0/16"), learned(LAN)));
        assertEquals("", filter.withheld(Nlri.parse("10.3.0.0/16"), learned(LAN)));
        assertEquals("", filter.withheld(PREFIX, learned(OTHER_TUNNEL)), "is not for this peer");
        Route roundabout =
                Route.accepted(
                        LAN,
                        Routes.attributes(AsPath.sequence(65010, 64512)),
                        LAN.address(),
                        0,
                        0,
                        100,
                        0);
        assertEquals(
                "it came through AS 64512 already",
                filter.withheld(Nlri.parse("10.3.0.0/16"), roundabout));
    }

    @Test
    void passesRoutesBetweenSiteAndTunnelsOnly() {
        Route fromTunnel = learned(TUNNEL);
        Route fromLan = learned(LAN);
        assertEquals(true, export(ExportPolicy.DEFAULT, LAN, fromTunnel).isPresent());
        assertEquals(true, export(ExportPolicy.DEFAULT, TUNNEL, fromLan).isPresent());
        assertEquals(Optional.empty(), export(ExportPolicy.DEFAULT, TUNNEL, fromTunnel));
        assertEquals(Optional.empty(), export(ExportPolicy.DEFAULT, OTHER_TUNNEL, fromTunnel));
        assertEquals(Optional.empty(), export(ExportPolicy.DEFAULT, OTHER_LAN, fromLan));
    }

    @Test
    void tellsAPeerNothingThatCameThroughItsOwnAs() {
        // Another gateway of the site heard it from AWS, and a router of the site told us.
        Route roundabout =
                Route.accepted(
                        LAN,
                        Routes.attributes(AsPath.sequence(65010, 64512)),
                        LAN.address(),
                        0,
                        0,
                        100,
                        0);
        assertEquals(Optional.empty(), export(ExportPolicy.DEFAULT, TUNNEL, roundabout));
    }

    @Test
    void honorsWellKnownCommunities() {
        Route noExport = learned(LAN, new Communities(List.of(Communities.NO_EXPORT)));
        Route noAdvertise = learned(TUNNEL, new Communities(List.of(Communities.NO_ADVERTISE)));
        Route forInternal = learned(TUNNEL, new Communities(List.of(Communities.NO_EXPORT)));
        assertEquals(Optional.empty(), export(ExportPolicy.DEFAULT, TUNNEL, noExport));
        assertEquals(Optional.empty(), export(ExportPolicy.DEFAULT, LAN, noAdvertise));
        assertEquals(true, export(ExportPolicy.DEFAULT, LAN, forInternal).isPresent());
    }

    @Test
    void dropsAttributesThatMustNotLeaveTheAs() {
        long local = 0x4300_0000_0000_0001L;
        long transitive = 0x0002_0000_0000_0001L;
        Route route =
                learned(
                        LAN,
                        new LocalPref(500),
                        new MultiExitDisc(7),
                        new OriginatorId(1),
                        new ClusterList(List.of(1)),
                        new AtomicAggregate(),
                        new ExtendedCommunities(List.of(local, transitive)),
                        new Opaque(200, false, Octets.ofHex("01")));
        PathAttributes expected =
                Routes.attributes(
                        AsPath.sequence(65000, 64999),
                        new AtomicAggregate(),
                        new ExtendedCommunities(List.of(transitive)),
                        new Opaque(200, true, Octets.ofHex("01")));
        assertEquals(Optional.of(expected), export(ExportPolicy.DEFAULT, TUNNEL, route));
        Route onlyLocal = learned(LAN, new ExtendedCommunities(List.of(local)));
        assertEquals(
                Optional.of(Routes.attributes(AsPath.sequence(65000, 64999))),
                export(ExportPolicy.DEFAULT, TUNNEL, onlyLocal));
    }

    @Test
    void carriesPreferencesToInternalPeers() {
        Route route = learned(TUNNEL, new MultiExitDisc(7));
        assertEquals(
                Optional.of(
                        Routes.attributes(
                                AsPath.sequence(64999), new MultiExitDisc(7), new LocalPref(100))),
                export(ExportPolicy.DEFAULT, LAN, route));
    }

    @Test
    void prependsAndSetsMetrics() {
        ExportPolicy policy =
                new ExportPolicy(
                        PrefixList.ALL, 10, 2, OptionalLong.of(50), OptionalLong.of(70), false);
        Route route = learned(LAN, new MultiExitDisc(7));
        assertEquals(
                Optional.of(
                        Routes.attributes(
                                AsPath.sequence(65000, 65000, 65000, 64999),
                                new MultiExitDisc(50))),
                export(policy, TUNNEL, route));
        assertEquals(
                Optional.of(
                        Routes.attributes(
                                AsPath.sequence(64999), new MultiExitDisc(50), new LocalPref(70))),
                export(policy, LAN, learned(TUNNEL, new MultiExitDisc(7))));
    }

    @Test
    void announcesOnlyWhatTheListNames() {
        ExportPolicy policy =
                ExportPolicy.advertising(
                        PrefixList.orLonger(List.of(IpPrefix.parse("192.168.0.0/16"))), 10);
        ExportFilter filter = new ExportFilter(policy, TUNNEL, Routes.LOCAL);
        Optional<BestRoutes> own = Optional.of(Route.originated(Routes.LOCAL).alone());
        assertEquals(true, filter.export(Nlri.parse("192.168.10.0/24"), own).isPresent());
        assertEquals(Optional.empty(), filter.export(PREFIX, own));
    }

    @Test
    void originatesADefaultRouteWhetherThereIsOneOrNot() {
        ExportPolicy policy =
                new ExportPolicy(
                        PrefixList.NONE, 10, 0, OptionalLong.empty(), OptionalLong.empty(), true);
        ExportFilter filter = new ExportFilter(policy, LAN, Routes.LOCAL);
        Optional<PathAttributes> own =
                Optional.of(Routes.attributes(AsPath.EMPTY, new LocalPref(100)));
        Nlri any = Nlri.parse("0.0.0.0/0");
        assertEquals(own, filter.export(any, Optional.empty()));
        assertEquals(own, filter.export(any, Optional.of(learned(TUNNEL).alone())));
        assertEquals(Optional.empty(), filter.export(PREFIX, Optional.empty()));
    }

    @Test
    void writesTheAttributesOfARouteOnce() {
        ExportFilter filter = new ExportFilter(ExportPolicy.DEFAULT, LAN, Routes.LOCAL);
        Optional<BestRoutes> chosen = Optional.of(learned(TUNNEL).alone());
        assertSame(
                filter.export(PREFIX, chosen).orElseThrow(),
                filter.export(Nlri.parse("10.2.0.0/16"), chosen).orElseThrow());
    }

    private static Route learned(RouteSource source, PathAttribute... more) {
        PathAttributes attributes = Routes.attributes(AsPath.sequence(64999), more);
        long metric = attributes.find(MultiExitDisc.class).map(MultiExitDisc::metric).orElse(0L);
        return Route.accepted(source, attributes, source.address(), 0, 0, 100, metric);
    }

    private static Optional<PathAttributes> export(
            ExportPolicy policy, RouteSource to, Route route) {
        return new ExportFilter(policy, to, Routes.LOCAL)
                .export(PREFIX, Optional.of(route.alone()));
    }
}
