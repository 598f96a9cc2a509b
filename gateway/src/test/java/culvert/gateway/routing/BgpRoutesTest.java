package culvert.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.bgp.message.Nlri;
import culvert.bgp.rib.NextHop;
import culvert.bgp.rib.RouteChange;
import culvert.model.IpPrefix;
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

    private final Set<String> established = new HashSet<>(Set.of("aws-1", "aws-2"));
    private final BgpRoutes routes = new BgpRoutes(METRIC, tunnels -> String.join("+", tunnels));

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
