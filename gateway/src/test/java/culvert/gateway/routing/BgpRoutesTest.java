package culvert.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.Nlri;
import culvert.bgp.rib.NextHop;
import culvert.bgp.rib.RouteChange;
import culvert.model.IpPrefix;
import culvert.tunio.RouteTarget;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BgpRoutesTest {
    private static final int METRIC = 214;
    private static final IpPrefix VPC = IpPrefix.parse("10.20.0.0/16");
    private static final IpPrefix OTHER = IpPrefix.parse("10.21.0.0/16");

    private static final RouteTarget CORE =
            new RouteTarget.Gateway(7, InetAddress.ofLiteral("192.168.10.2"));

    private final Set<String> established = new HashSet<>(Set.of("aws-1", "aws-2"));
    private final BgpRoutes routes =
            new BgpRoutes(METRIC, tunnels -> String.join("+", tunnels), this::way);

    @Test
    void goIntoTheBundleOfTheTunnelThatTheyCameBy() {
        assertEquals(List.of(install(VPC, "aws-1")), changed(List.of(via(VPC, "aws-1"))));
        assertEquals(List.of(install(VPC, "aws-2")), changed(List.of(via(VPC, "aws-2"))));
        assertEquals(Optional.of("aws-2"), routes.bundle(VPC));
    }

    @Test
    void goWhenThePeerWithdrawsThem() {
        changed(List.of(via(VPC, "aws-1")));
        assertEquals(List.of(remove(VPC)), changed(List.of(withdrawn(VPC))));
    }

    @Test
    void stayWhenTheSessionEndsSoThatNothingLeaksToTheDefaultRoute() {
        changed(List.of(via(VPC, "aws-1"), via(OTHER, "aws-1")));
        established.remove("aws-1");
        assertEquals(List.of(), changed(List.of(withdrawn(VPC), withdrawn(OTHER))));
        assertEquals(Map.of(VPC, List.of("aws-1"), OTHER, List.of("aws-1")), routes.held());

        // The peer is back, and one of the networks is not.
        established.add("aws-1");
        assertEquals(List.of(install(VPC, "aws-1")), changed(List.of(via(VPC, "aws-1"))));
        assertEquals(List.of(), routes.complete("aws-2"));
        assertEquals(List.of(remove(OTHER)), routes.complete("aws-1"));
        assertEquals(Map.of(), routes.held());
    }

    @Test
    void ofSeveralTunnelsHaveABundleOfTheirOwnWhateverTheOrder() {
        assertEquals(
                List.of(install(VPC, "aws-1+aws-2")), changed(List.of(via(VPC, "aws-1", "aws-2"))));
        assertEquals(
                List.of(install(OTHER, "aws-1+aws-2")),
                changed(List.of(via(OTHER, "aws-2", "aws-1"))));
        // As long as one of the sessions stands a withdrawal is one.
        established.remove("aws-1");
        assertEquals(List.of(remove(VPC)), changed(List.of(withdrawn(VPC))));
        established.remove("aws-2");
        assertEquals(List.of(), changed(List.of(withdrawn(OTHER))));
        assertEquals(List.of(remove(OTHER)), routes.complete("aws-2"));
    }

    @Test
    void ofOurOwnAreNeverInstalled() {
        assertEquals(List.of(), changed(List.of(via(VPC, ""))));
        assertEquals(List.of(), changed(List.of(withdrawn(VPC))));
    }

    @Test
    void makeRoomWhenAPrefixBecomesOurOwn() {
        changed(List.of(via(VPC, "aws-1")));
        assertEquals(List.of(remove(VPC)), changed(List.of(via(VPC, ""))));
    }

    @Test
    void ofNeighborsLeadOverTheLan() {
        TableChange pin = new TableChange.Pin(VPC, METRIC, CORE);
        assertEquals(List.of(pin), changed(List.of(via(VPC, "core"))));
        assertTrue(routes.isOfNeighbor(VPC));
        assertEquals(Optional.empty(), routes.bundle(VPC));
        assertEquals(List.of(remove(VPC)), changed(List.of(withdrawn(VPC))));
        assertEquals(List.of(), changed(List.of(withdrawn(VPC))));
    }

    @Test
    void passFromTunnelToNeighborAndBackWithoutARest() {
        changed(List.of(via(VPC, "aws-1")));
        assertEquals(
                List.of(remove(VPC), new TableChange.Pin(VPC, METRIC, CORE)),
                changed(List.of(via(VPC, "core"))));
        assertEquals(
                List.of(remove(VPC), install(VPC, "aws-1")), changed(List.of(via(VPC, "aws-1"))));
        assertFalse(routes.isOfNeighbor(VPC));
    }

    @Test
    void ofANeighborWhoseNextHopIsOnNoLanAreNotInstalled() {
        assertEquals(List.of(), changed(List.of(via(VPC, "lost"))));
        changed(List.of(via(VPC, "core")));
        assertEquals(List.of(remove(VPC)), changed(List.of(via(VPC, "lost"))));
    }

    private NeighborWays.Way way(NextHop hop) {
        return switch (hop.peer()) {
            case "core" -> new NeighborWays.Way(true, Optional.of(CORE));
            case "lost" -> new NeighborWays.Way(true, Optional.empty());
            default -> new NeighborWays.Way(false, Optional.empty());
        };
    }

    private List<TableChange> changed(List<RouteChange> changes) {
        return routes.changed(changes, established);
    }

    private static RouteChange via(IpPrefix prefix, String... tunnels) {
        return new RouteChange(
                Nlri.of(prefix),
                Stream.of(tunnels)
                        .map(t -> new NextHop(t, InetAddress.ofLiteral("169.254.10.1")))
                        .toList());
    }

    private static RouteChange withdrawn(IpPrefix prefix) {
        return new RouteChange(Nlri.of(prefix), List.of());
    }

    private static TableChange install(IpPrefix prefix, String tunnel) {
        return new TableChange.Install(prefix, METRIC, tunnel);
    }

    private static TableChange remove(IpPrefix prefix) {
        return new TableChange.Remove(prefix, METRIC);
    }
}
