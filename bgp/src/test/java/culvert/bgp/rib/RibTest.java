package culvert.bgp.rib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.AsPath;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.PathAttribute.Origin;
import culvert.bgp.message.PathAttribute.OriginCode;
import culvert.bgp.message.PathAttributes;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Adj-RIB-In and Loc-RIB together. */
class RibTest {
    private static final Nlri A = Nlri.parse("10.1.0.0/16");
    private static final Nlri B = Nlri.parse("10.2.0.0/16");
    private static final RouteSource ONE = Routes.tunnel("one", 1, "169.254.1.1");
    private static final RouteSource TWO = Routes.tunnel("two", 2, "169.254.2.1");

    private final LocRib locRib = new LocRib(new DecisionProcess(1, false));
    private final AdjRibIn one = new AdjRibIn(AddressFamily.IPV4_UNICAST, locRib);
    private final AdjRibIn two = new AdjRibIn(AddressFamily.IPV4_UNICAST, locRib);

    @Test
    void decidesAboutAllTouchedPrefixesAtOnce() {
        one.announce(A, route(ONE, 2, 0));
        one.announce(B, route(ONE, 1, 0));
        two.announce(A, route(TWO, 1, 0));
        one.announce(A, route(ONE, 3, 0));
        assertEquals(Map.of(A, "two", B, "one"), hops(locRib.settle()));
        assertEquals(List.of(), locRib.settle());
        two.withdraw(A);
        assertEquals(Map.of(A, "one"), hops(locRib.settle()));
        one.clear();
        assertEquals(Map.of(A, "", B, ""), hops(locRib.settle()));
        assertEquals(0, locRib.size());
    }

    @Test
    void changeThatIsTakenBackIsNone() {
        one.announce(A, route(ONE, 1, 0));
        one.withdraw(A);
        assertEquals(List.of(), locRib.settle());
    }

    @Test
    void repeatedRouteKeepsItsAgeAndChangesNothing() {
        one.announce(A, route(ONE, 1, 5));
        locRib.settle();
        one.announce(A, route(ONE, 1, 9));
        assertEquals(List.of(), locRib.settle());
        assertEquals(5, locRib.lookup(A).orElseThrow().best().receivedNanos());
    }

    @Test
    void changeOfAttributesConcernsPeersButMovesNoPackets() {
        one.announce(A, route(ONE, 1, 0));
        locRib.settle();
        one.announce(A, route(ONE, 2, 0));
        LocRib.Change change = locRib.settle().getFirst();
        assertTrue(change.concernsPeers());
        assertFalse(change.movesPackets());
    }

    @Test
    void keepsRejectedRoutesButNeverChoosesThem() {
        Route rejected =
                Route.rejected(ONE, route(ONE, 1, 0).attributes(), ONE.address(), 0, "not wanted");
        one.announce(A, rejected);
        assertEquals(List.of(), locRib.settle());
        assertEquals(1, one.received());
        assertEquals(0, one.accepted());
        one.announce(A, route(ONE, 1, 0));
        assertEquals(1, one.accepted());
        assertEquals(Map.of(A, "one"), hops(locRib.settle()));
        one.announce(A, rejected);
        assertEquals(Map.of(A, ""), hops(locRib.settle()));
    }

    @Test
    void usesStaleRoutesUntilTheyAreSwept() {
        one.announce(A, route(ONE, 1, 0));
        one.announce(B, route(ONE, 1, 0));
        locRib.settle();
        one.markStale();
        assertEquals(2, one.staleCount());
        assertEquals(List.of(), locRib.settle());
        one.announce(A, route(ONE, 1, 7));
        assertEquals(List.of(), locRib.settle(), "the peer repeated the route");
        assertEquals(1, one.sweepStale());
        assertEquals(Map.of(B, ""), hops(locRib.settle()));
        assertEquals(1, one.received());
    }

    @Test
    void withdrawsStaleRoutesToo() {
        one.announce(A, route(ONE, 1, 0));
        locRib.settle();
        one.markStale();
        one.withdraw(A);
        assertEquals(Map.of(A, ""), hops(locRib.settle()));
        assertEquals(0, one.accepted());
    }

    @Test
    void ownRoutesLeadNowhereAndWin() {
        one.announce(A, route(ONE, 1, 0));
        locRib.settle();
        locRib.originate(A, Route.originated(Routes.LOCAL));
        assertEquals(Map.of(A, ""), hops(locRib.settle()));
        assertTrue(locRib.lookup(A).orElseThrow().best().source().isLocal());
        locRib.stopOriginating(A);
        assertEquals(Map.of(A, "one"), hops(locRib.settle()));
    }

    @Test
    void judgesAnewByAChangedPolicy() {
        ImportFilter closed = filter(ImportPolicy.accepting(PrefixList.NONE, 10));
        ImportFilter open = filter(ImportPolicy.DEFAULT);
        one.announce(A, open.offer(route(ONE, 1, 0).attributes(), ONE.address(), 0).route(A));
        locRib.settle();
        one.reapply(closed);
        assertEquals(Map.of(A, ""), hops(locRib.settle()));
        assertEquals(0, one.accepted());
        one.reapply(open);
        assertEquals(Map.of(A, "one"), hops(locRib.settle()));
        assertEquals(1, one.accepted());
    }

    @Test
    void sharesEqualAttributeSets() {
        PathAttributes first = Routes.attributes(AsPath.sequence(1, 2));
        PathAttributes second = Routes.attributes(AsPath.sequence(1, 2));
        assertSame(locRib.shared(first), locRib.shared(second));
    }

    /** Random operations against a map of maps that is decided anew each time. */
    @Test
    void agreesWithDecidingEverythingAnew() {
        long seed = Long.getLong("sim.seed", 31);
        Random random = new Random(seed);
        Map<Nlri, Map<String, Route>> model = new TreeMap<>();
        Map<Nlri, String> installed = new TreeMap<>();
        for (int step = 0; step < 5000; step++) {
            Nlri nlri = Nlri.ipv4(0x0a000000 | random.nextInt(8) << 16, 16);
            boolean first = random.nextBoolean();
            AdjRibIn rib = first ? one : two;
            RouteSource source = first ? ONE : TWO;
            Map<String, Route> routes = model.computeIfAbsent(nlri, n -> new TreeMap<>());
            if (random.nextInt(3) == 0) {
                rib.withdraw(nlri);
                routes.remove(source.peer());
            } else {
                Route route = route(source, 1 + random.nextInt(3), 0);
                rib.announce(nlri, route);
                routes.put(source.peer(), route);
            }
            if (random.nextInt(4) == 0) {
                installed.putAll(hops(locRib.settle()));
                Map<Nlri, String> expected = new TreeMap<>();
                model.forEach(
                        (n, r) -> {
                            if (!r.isEmpty()) {
                                Route best = SlowDecision.best(List.copyOf(r.values()));
                                expected.put(n, best.source().peer());
                            }
                        });
                installed.values().removeIf(String::isEmpty);
                assertEquals(expected, installed, "step " + step + " of -Dsim.seed=" + seed);
            }
        }
    }

    private static ImportFilter filter(ImportPolicy policy) {
        return new ImportFilter(
                policy, ONE, Routes.LOCAL_AS, Routes.LOCAL_ID, List.of(), List.of());
    }

    private static Map<Nlri, String> hops(List<LocRib.Change> changes) {
        Map<Nlri, String> hops = new TreeMap<>();
        for (LocRib.Change change : changes) {
            List<NextHop> nextHops = change.toRouteChange().nextHops();
            String peer = nextHops.isEmpty() ? "" : nextHops.getFirst().peer();
            assertEquals(null, hops.put(change.nlri(), peer), "each prefix once");
        }
        return hops;
    }

    private static Route route(RouteSource source, int pathLength, long receivedNanos) {
        int[] path = new int[pathLength];
        Arrays.fill(path, 64512);
        PathAttributes attributes =
                Routes.attributes(AsPath.sequence(path), new Origin(OriginCode.IGP));
        InetAddress nextHop = source.address();
        return Route.accepted(source, attributes, nextHop, receivedNanos, 0, 100, 0);
    }

    @Test
    void removedInputMustBeClear() {
        one.announce(A, route(ONE, 1, 0));
        List<String> thrown = new ArrayList<>();
        try {
            locRib.remove(one);
        } catch (IllegalStateException e) {
            thrown.add(e.getMessage());
        }
        assertEquals(1, thrown.size());
        one.clear();
        locRib.remove(one);
        locRib.settle();
        assertEquals(Optional.empty(), locRib.lookup(A));
    }
}
