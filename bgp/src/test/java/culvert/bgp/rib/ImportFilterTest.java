package culvert.bgp.rib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.AsPath;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.PathAttribute;
import culvert.bgp.message.PathAttribute.Communities;
import culvert.bgp.message.PathAttribute.LocalPref;
import culvert.bgp.message.PathAttribute.MultiExitDisc;
import culvert.bgp.message.PathAttribute.OriginatorId;
import culvert.bgp.message.PathAttributes;
import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportFilterTest {
    private static final RouteSource TUNNEL = Routes.tunnel("aws-1", 1, "169.254.10.1");
    private static final RouteSource LAN = Routes.internal("core", 2, "192.168.10.2");
    private static final InetAddress NEXT_HOP = InetAddress.ofLiteral("169.254.10.1");
    private static final PathAttributes GOOD = Routes.attributes(AsPath.sequence(64512));

    private static final List<ProtectedPrefix> PROTECTED =
            List.of(
                    ProtectedPrefix.of(InetAddress.ofLiteral("198.18.0.11"), "the peer of aws-1"),
                    ProtectedPrefix.of(InetAddress.ofLiteral("198.18.0.1"), "our outside address"),
                    ProtectedPrefix.of(IpPrefix.parse("192.168.10.0/24"), "our own network"),
                    ProtectedPrefix.of(IpPrefix.parse("fd77::/64"), "our own network"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    10.0.0.0/8        |
                    10.1.0.0/16       |
                    198.18.0.0/24     | covers the peer of aws-1 (198.18.0.11/32)
                    198.18.0.11/32    | covers the peer of aws-1 (198.18.0.11/32)
                    198.18.0.0/30     | covers our outside address (198.18.0.1/32)
                    198.18.0.12/32    |
                    192.168.0.0/16    | covers our own network (192.168.10.0/24)
                    192.168.10.0/24   | covers our own network (192.168.10.0/24)
                    192.168.10.128/25 | lies within our own network (192.168.10.0/24)
                    192.168.11.0/24   |
                    0.0.0.0/0         | covers the peer of aws-1 (198.18.0.11/32)
                    127.0.0.0/8       | lies within 127.0.0.0/8, which is not routed
                    127.1.0.0/16      | lies within 127.0.0.0/8, which is not routed
                    169.254.10.0/30   | lies within 169.254.0.0/16, which is not routed
                    224.0.0.0/4       | lies within 224.0.0.0/4, which is not routed
                    240.0.0.1/32      | lies within 240.0.0.0/4, which is not routed
                    0.0.0.0/8         | lies within 0.0.0.0/8, which is not routed
                    fd00:1::/32       |
                    fd77::1/128       | lies within our own network (fd77:0:0:0:0:0:0:0/64)
                    fe80::/64         | lies within fe80
                    ff02::/16         | lies within ff00
                    ::1/128           | lies within 0:0
                    ::/0              | covers our own network (fd77:0:0:0:0:0:0:0/64)
                    """)
    void judgesPrefixes(String prefix, String rejection) {
        String actual = route(ImportPolicy.DEFAULT, TUNNEL, GOOD, NEXT_HOP, prefix).rejection();
        if (rejection == null) {
            assertEquals("", actual);
        } else {
            assertTrue(actual.startsWith(rejection), actual);
        }
    }

    @Test
    void takesADefaultRouteOnlyByName() {
        ImportFilter open =
                new ImportFilter(ImportPolicy.DEFAULT, TUNNEL, 65000, 9, List.of(), List.of());
        assertEquals(
                "a default route is taken only if the accept list names it",
                open.offer(GOOD, NEXT_HOP, 0).route(Nlri.parse("0.0.0.0/0")).rejection());
        PrefixList byName = PrefixList.orLonger(List.of(IpPrefix.parse("0.0.0.0/0")));
        ImportPolicy named = ImportPolicy.accepting(byName, 10);
        assertTrue(route(named, TUNNEL, GOOD, NEXT_HOP, "0.0.0.0/0").isAccepted());
        // Naming the default route opens no other door.
        assertEquals(
                "covers our outside address (198.18.0.1/32)",
                route(named, TUNNEL, GOOD, NEXT_HOP, "198.18.0.0/30").rejection());
    }

    @Test
    void leavesTheSitesPrefixesToTheSitesRouters() {
        List<ProtectedPrefix> site =
                List.of(
                        ProtectedPrefix.ofSite(IpPrefix.parse("192.168.0.0/16"), "our own prefix"),
                        ProtectedPrefix.of(IpPrefix.parse("198.18.0.0/24"), "our outside network"));
        Nlri part = Nlri.parse("192.168.20.0/24");
        assertEquals(
                "lies within our own prefix (192.168.0.0/16)",
                new ImportFilter(ImportPolicy.DEFAULT, TUNNEL, 65000, 9, List.of(), site)
                        .offer(GOOD, NEXT_HOP, 0)
                        .route(part)
                        .rejection());
        ImportFilter ofLan = new ImportFilter(ImportPolicy.DEFAULT, LAN, 65000, 9, List.of(), site);
        ImportFilter.Offer offer = ofLan.offer(Routes.attributes(AsPath.EMPTY), LAN.address(), 0);
        assertTrue(offer.route(part).isAccepted());
        assertEquals(
                "lies within our outside network (198.18.0.0/24)",
                offer.route(Nlri.parse("198.18.0.0/25")).rejection());
    }

    @Test
    void takesOnlyWhatTheListAccepts() {
        ImportPolicy policy =
                ImportPolicy.accepting(
                        new PrefixList(
                                List.of(
                                        PrefixRule.exactly(IpPrefix.parse("10.9.0.0/16")).denying(),
                                        new PrefixRule(Nlri.parse("10.0.0.0/8"), 16, 24, true)),
                                false),
                        10);
        assertTrue(route(policy, TUNNEL, GOOD, NEXT_HOP, "10.1.0.0/16").isAccepted());
        assertTrue(route(policy, TUNNEL, GOOD, NEXT_HOP, "10.9.1.0/24").isAccepted());
        for (String prefix : List.of("10.0.0.0/8", "10.1.1.0/25", "10.9.0.0/16", "11.0.0.0/16")) {
            assertEquals(
                    "not in the accept list",
                    route(policy, TUNNEL, GOOD, NEXT_HOP, prefix).rejection());
        }
    }

    @Test
    void rejectsBadPaths() {
        assertEquals("AS_PATH contains our own AS 65000", path(64512, 65000));
        assertEquals("AS_PATH does not start with the peer's AS 64512", path(64513, 64512));
        assertEquals("AS_PATH does not start with the peer's AS 64512", path());
        int[] longPath = new int[501];
        Arrays.fill(longPath, 64512);
        AsPath tooLong = AsPath.sequence(Arrays.copyOf(longPath, 255)).prepended(64512, 246);
        assertEquals("AS_PATH is longer than 500", rejection(TUNNEL, Routes.attributes(tooLong)));
        AsPath set =
                new AsPath(
                        List.of(new AsPath.Segment(false, 64512), new AsPath.Segment(true, 1, 2)));
        assertEquals(
                "AS_PATH contains an AS_SET (RFC 9774)", rejection(TUNNEL, Routes.attributes(set)));
        assertEquals(
                "ORIGINATOR_ID is our own (RFC 4456 8)",
                rejection(LAN, Routes.attributes(AsPath.EMPTY, new OriginatorId(Routes.LOCAL_ID))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    169.254.10.1 |
                    0.0.0.0      | next hop 0.0.0.0 is not the address of a host
                    0.1.2.3      | next hop 0.1.2.3 is not the address of a host
                    127.0.0.1    | next hop 127.0.0.1 is not the address of a host
                    224.0.0.5    | next hop 224.0.0.5 is not the address of a host
                    169.254.10.2 | next hop 169.254.10.2 is our own address
                    169.254.10.5 | next hop 169.254.10.5 is not on the link to the peer
                    10.0.0.1     | next hop 10.0.0.1 is not on the link to the peer
                    ::1          | next hop 0:0:0:0:0:0:0:1 is not the address of a host
                    fd00::5      |
                    """)
    void judgesNextHops(String nextHop, String rejection) {
        ImportPolicy policy =
                new ImportPolicy(
                        PrefixList.ALL,
                        10,
                        0,
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        0,
                        true,
                        false,
                        List.of(IpPrefix.parse("169.254.10.0/30")));
        assertEquals(
                rejection == null ? "" : rejection,
                route(policy, TUNNEL, GOOD, InetAddress.ofLiteral(nextHop), "10.1.0.0/16")
                        .rejection());
    }

    @Test
    void setsOrCarriesPreferences() {
        PathAttributes from =
                Routes.attributes(
                        AsPath.sequence(64512), new MultiExitDisc(200), new LocalPref(300));
        Route external = route(ImportPolicy.DEFAULT, TUNNEL, from, NEXT_HOP, "10.0.0.0/8");
        assertEquals(100, external.localPref());
        assertEquals(200, external.multiExitDisc());
        Route internal = route(ImportPolicy.DEFAULT, LAN, from, NEXT_HOP, "10.0.0.0/8");
        assertEquals(300, internal.localPref());
        ImportPolicy setting =
                new ImportPolicy(
                        PrefixList.ALL,
                        10,
                        7,
                        OptionalLong.of(150),
                        OptionalLong.of(5),
                        0,
                        true,
                        false,
                        List.of());
        Route set = route(setting, LAN, from, NEXT_HOP, "10.0.0.0/8");
        assertEquals(150, set.localPref());
        assertEquals(5, set.multiExitDisc());
        assertEquals(7, set.weight());
    }

    @Test
    void makesARouteThatIsBeingShutDownTheLastChoice() {
        PathAttributes leaving =
                Routes.attributes(
                        AsPath.sequence(64512),
                        new Communities(List.of(Communities.GRACEFUL_SHUTDOWN)));
        assertEquals(
                0,
                route(ImportPolicy.DEFAULT, TUNNEL, leaving, NEXT_HOP, "10.0.0.0/8").localPref());
    }

    @Test
    void prefixesThatFareAlikeShareARoute() {
        ImportFilter.Offer offer = filter(ImportPolicy.DEFAULT, TUNNEL).offer(GOOD, NEXT_HOP, 0);
        assertSame(offer.route(Nlri.parse("10.1.0.0/16")), offer.route(Nlri.parse("10.2.0.0/16")));
        assertSame(
                offer.route(Nlri.parse("192.168.10.1/32")),
                offer.route(Nlri.parse("192.168.10.2/32")));
    }

    private static String path(int... asns) {
        return rejection(TUNNEL, Routes.attributes(AsPath.sequence(asns)));
    }

    private static String rejection(RouteSource source, PathAttributes attributes) {
        return route(ImportPolicy.DEFAULT, source, attributes, NEXT_HOP, "10.0.0.0/8").rejection();
    }

    private static Route route(
            ImportPolicy policy,
            RouteSource source,
            PathAttributes attributes,
            InetAddress nextHop,
            String prefix) {
        return filter(policy, source).offer(attributes, nextHop, 0).route(Nlri.parse(prefix));
    }

    private static ImportFilter filter(ImportPolicy policy, RouteSource source) {
        return new ImportFilter(
                policy,
                source,
                Routes.LOCAL_AS,
                Routes.LOCAL_ID,
                List.of(InetAddress.ofLiteral("169.254.10.2")),
                PROTECTED);
    }

    @Test
    void acceptsItsOwnAsAsOftenAsAllowed() {
        ImportPolicy twice =
                new ImportPolicy(
                        PrefixList.ALL,
                        10,
                        0,
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        1,
                        true,
                        false,
                        List.of());
        PathAttribute[] none = {};
        assertTrue(
                route(
                                twice,
                                TUNNEL,
                                Routes.attributes(AsPath.sequence(64512, 65000), none),
                                NEXT_HOP,
                                "10.0.0.0/8")
                        .isAccepted());
    }
}
