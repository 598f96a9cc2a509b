package culvert.bgp.rib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import culvert.bgp.message.AsPath;
import culvert.bgp.message.PathAttribute;
import culvert.bgp.message.PathAttribute.ClusterList;
import culvert.bgp.message.PathAttribute.Origin;
import culvert.bgp.message.PathAttribute.OriginCode;
import culvert.bgp.message.PathAttribute.OriginatorId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecisionProcessTest {
    private static final DecisionProcess BEST_ONLY = new DecisionProcess(1, false);
    private static final List<OriginCode> ORIGINS =
            List.of(OriginCode.IGP, OriginCode.EGP, OriginCode.INCOMPLETE);
    private static final RouteSource ONE = Routes.tunnel("one", 1, "169.254.1.1");
    private static final RouteSource TWO = Routes.tunnel("two", 2, "169.254.2.1");
    private static final RouteSource LAN = Routes.internal("lan", 3, "192.168.10.2");

    /** One line per step: the better route wins though it is worse in every later step. */
    @Test
    void everyStepOutranksThoseAfterIt() {
        // weight, LOCAL_PREF, AS_PATH, ORIGIN, MED, age
        wins(route(ONE, 1, 50, 3, 2, 9, 9), route(TWO, 0, 100, 1, 0, 0, 0));
        wins(route(ONE, 0, 101, 3, 2, 9, 9), route(TWO, 0, 100, 1, 0, 0, 0));
        wins(route(ONE, 0, 100, 1, 2, 9, 9), route(TWO, 0, 100, 2, 0, 0, 0));
        wins(route(ONE, 0, 100, 2, 0, 9, 9), route(TWO, 0, 100, 2, 1, 0, 0));
        wins(route(ONE, 0, 100, 2, 1, 3, 9), route(TWO, 0, 100, 2, 1, 4, 0));
        wins(route(TWO, 0, 100, 2, 1, 4, 0), route(LAN, 0, 100, 2, 1, 4, 0)); // external
        wins(route(TWO, 0, 100, 2, 1, 4, 3), route(ONE, 0, 100, 2, 1, 4, 4)); // older
        wins(route(ONE, 0, 100, 2, 1, 4, 4), route(TWO, 0, 100, 2, 1, 4, 4)); // identifier
    }

    @Test
    void ownRouteOutranksAShorterPathOfEqualPreference() {
        Route own =
                Route.accepted(
                        Routes.LOCAL,
                        Routes.attributes(AsPath.sequence(1, 2, 3)),
                        Routes.LOCAL.address(),
                        0,
                        0,
                        100,
                        0);
        wins(own, route(ONE, 0, 100, 1, 0, 0, 0));
    }

    @Test
    void comparesIdentifiersUnsigned() {
        RouteSource high = Routes.tunnel("high", 0xC0000000, "169.254.0.1");
        wins(route(ONE, 0, 100, 1, 0, 0, 0), route(high, 0, 100, 1, 0, 0, 0));
    }

    @Test
    void comparesPeerAddressesLast() {
        RouteSource a = Routes.tunnel("a", 7, "169.254.9.1");
        RouteSource b = Routes.tunnel("b", 7, "169.254.200.1");
        RouteSource c = Routes.tunnel("c", 7, "169.254.9.1");
        wins(route(a, 0, 100, 1, 0, 0, 0), route(b, 0, 100, 1, 0, 0, 0));
        wins(route(a, 0, 100, 1, 0, 0, 0), route(c, 0, 100, 1, 0, 0, 0));
    }

    @Test
    void reflectedRoutesCompareByOriginatorAndClusterList() {
        RouteSource a = Routes.internal("a", 9, "192.168.10.9");
        RouteSource b = Routes.internal("b", 1, "192.168.10.1");
        Route near = internal(a, new OriginatorId(5), new ClusterList(List.of(1)));
        Route far = internal(b, new OriginatorId(5), new ClusterList(List.of(1, 2)));
        wins(near, far);
        wins(internal(a, new OriginatorId(4)), internal(b, new OriginatorId(5)));
    }

    @Test
    void comparesMetricsOfOneNeighborOnly() {
        // The classic: c is best although b, which beats it, is beaten by a.
        RouteSource a = Routes.tunnel("a", 3, "169.254.3.1");
        RouteSource b = Routes.tunnel("b", 2, "169.254.2.1");
        RouteSource c = Routes.tunnel("c", 1, "169.254.1.1");
        Route viaSevenLow = path(a, 10, 7, 9);
        Route viaSevenHigh = path(b, 20, 7, 9);
        Route viaEight = path(c, 30, 8, 9);
        List<Route> all = new ArrayList<>(List.of(viaSevenLow, viaSevenHigh, viaEight));
        for (int i = 0; i < 6; i++) {
            Collections.shuffle(all, new Random(i));
            assertSame(viaEight, BEST_ONLY.choose(all).best());
        }
        wins(viaSevenLow, viaSevenHigh);
    }

    @Test
    void sharesPacketsAmongEqualPaths() {
        Route one = path(ONE, 10, 64512);
        Route two = path(TWO, 10, 64512);
        Route worse = path(Routes.tunnel("three", 3, "169.254.3.1"), 11, 64512);
        BestRoutes chosen = new DecisionProcess(4, false).choose(List.of(two, worse, one));
        assertEquals(List.of(one, two), chosen.routes());
        assertEquals(
                List.of(
                        new NextHop("one", InetAddress.ofLiteral("169.254.1.1")),
                        new NextHop("two", InetAddress.ofLiteral("169.254.2.1"))),
                chosen.nextHops());
        assertEquals(
                List.of(one),
                new DecisionProcess(1, false).choose(List.of(two, worse, one)).routes());
    }

    @Test
    void sharesAmongDifferentPathsOnlyWhenRelaxed() {
        Route one = path(ONE, 10, 64512, 1);
        Route two = path(TWO, 10, 64512, 2);
        assertEquals(1, new DecisionProcess(4, false).choose(List.of(one, two)).routes().size());
        assertEquals(2, new DecisionProcess(4, true).choose(List.of(one, two)).routes().size());
    }

    @Test
    void sharesAmongNoMoreThanTheMaximum() {
        List<Route> all = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            all.add(path(Routes.tunnel("t" + i, i, "169.254.1." + i), 0, 64512));
        }
        assertEquals(3, new DecisionProcess(3, false).choose(all).routes().size());
    }

    /** Random candidates against the rules written as a fold over sorted survivors. */
    @Test
    void agreesWithTheSlowReference() {
        long seed = Long.getLong("sim.seed", 20_250_101);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            List<Route> candidates = new ArrayList<>();
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                candidates.add(randomRoute(random, i));
            }
            Route expected = SlowDecision.best(candidates);
            assertSame(
                    expected,
                    BEST_ONLY.choose(candidates).best(),
                    "round " + round + " of -Dsim.seed=" + seed);
        }
    }

    private static Route randomRoute(Random random, int number) {
        boolean internal = random.nextInt(4) == 0;
        RouteSource source =
                internal
                        ? Routes.internal("p" + number, random.nextInt(3), "192.168.10." + number)
                        : Routes.tunnel(
                                "p" + number, random.nextInt(3), "169.254.1." + (number % 3));
        int[] path = random.ints(1 + random.nextInt(2), 1, 3).toArray();
        List<PathAttribute> more = new ArrayList<>();
        more.add(new Origin(random.nextBoolean() ? OriginCode.IGP : OriginCode.EGP));
        if (internal && random.nextBoolean()) {
            more.add(new OriginatorId(random.nextInt(3)));
            more.add(new ClusterList(Collections.nCopies(1 + random.nextInt(2), 1)));
        }
        return Route.accepted(
                source,
                Routes.attributes(AsPath.sequence(path), more.toArray(PathAttribute[]::new)),
                source.address(),
                random.nextInt(2),
                random.nextInt(8) / 7,
                100 + random.nextInt(8) / 7,
                random.nextInt(3));
    }

    private static void wins(Route better, Route worse) {
        assertSame(better, BEST_ONLY.choose(List.of(better, worse)).best());
        assertSame(better, BEST_ONLY.choose(List.of(worse, better)).best());
    }

    private static Route route(
            RouteSource source,
            int weight,
            long localPref,
            int pathLength,
            int origin,
            long metric,
            long receivedNanos) {
        int[] path = new int[pathLength];
        Arrays.fill(path, 64512);
        return Route.accepted(
                source,
                Routes.attributes(AsPath.sequence(path), new Origin(ORIGINS.get(origin))),
                source.address(),
                receivedNanos,
                weight,
                localPref,
                metric);
    }

    private static Route path(RouteSource source, long metric, int... asns) {
        return Route.accepted(
                source,
                Routes.attributes(AsPath.sequence(asns)),
                source.address(),
                0,
                0,
                100,
                metric);
    }

    private static Route internal(RouteSource source, PathAttribute... more) {
        return Route.accepted(
                source,
                Routes.attributes(AsPath.sequence(1), more),
                source.address(),
                0,
                0,
                100,
                0);
    }
}
