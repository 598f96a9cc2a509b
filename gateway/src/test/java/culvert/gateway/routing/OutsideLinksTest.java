package culvert.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.tunio.Link;
import culvert.tunio.RouteLookup;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutsideLinksTest {
    private static final InetAddress PEER = InetAddress.ofLiteral("198.18.0.11");
    private static final int ETH0 = 2;
    private static final int ETH1 = 3;
    private static final int TUN = 9;

    private final List<Link> interfaces = new ArrayList<>();
    private int routeLeadsTo;
    private final OutsideLinks outside =
            new OutsideLinks(
                    () -> interfaces,
                    peer ->
                            routeLeadsTo == 0
                                    ? Optional.empty()
                                    : Optional.of(
                                            new RouteLookup(
                                                    routeLeadsTo,
                                                    Optional.empty(),
                                                    Optional.empty(),
                                                    false)));

    private static Link link(int index, boolean up, boolean running) {
        return new Link(index, "eth" + (index - ETH0), up, running, 1500, 1000);
    }

    private boolean look(int route, Link... now) {
        routeLeadsTo = route;
        interfaces.clear();
        interfaces.addAll(List.of(now));
        return outside.look(Set.of(PEER), Set.of(TUN)).contains(PEER);
    }

    private String trouble() {
        return outside.trouble(PEER).orElse("");
    }

    @Test
    void aPeerIsCutOffWhileItsInterfaceIsDownAndNothingElseLeadsThere() {
        assertFalse(look(ETH0, link(ETH0, true, true)));
        assertTrue(look(0, link(ETH0, false, false)));
        assertEquals("the interface eth0, which leads to 198.18.0.11, is down", trouble());
        assertFalse(look(0, link(ETH0, false, false)), "no news");
        assertTrue(look(ETH0, link(ETH0, true, true)));
        assertEquals("", trouble());
        assertFalse(outside.isUnsure());
    }

    @Test
    void aRouteThroughAnotherInterfaceWillDo() {
        look(ETH0, link(ETH0, true, true), link(ETH1, true, true));
        assertFalse(look(ETH1, link(ETH0, false, false), link(ETH1, true, true)));
        assertTrue(look(0, link(ETH0, false, false), link(ETH1, false, false)));
        assertEquals("the interface eth1, which leads to 198.18.0.11, is down", trouble());
        assertTrue(outside.isUnsure());
    }

    @Test
    void aTunnelOfOursLeadsNowhere() {
        look(ETH0, link(ETH0, true, true), link(TUN, true, true));
        assertTrue(look(TUN, link(ETH0, false, false), link(TUN, true, true)));
    }

    @Test
    void saysWhetherTheCarrierIsMissingOrTheInterface() {
        look(ETH0, link(ETH0, true, true));
        look(ETH0, link(ETH0, true, false));
        assertEquals("the interface eth0, which leads to 198.18.0.11, has no carrier", trouble());
        assertTrue(look(0), "another reason is news");
        assertEquals("the interface eth0, which leads to 198.18.0.11, is gone", trouble());
    }

    @Test
    void aPeerThatIsConfiguredNoMoreIsForgotten() {
        look(ETH0, link(ETH0, true, true));
        look(0, link(ETH0, false, false));
        assertEquals(Set.of(PEER), outside.look(Set.of(), Set.of()));
        assertEquals("", trouble());
        assertFalse(outside.isUnsure());
    }

    @Test
    void whatNeverLedAnywhereIsNoNews() {
        assertFalse(look(0, link(ETH0, false, false)));
        assertEquals("", trouble());
        assertTrue(outside.isUnsure());
    }
}
