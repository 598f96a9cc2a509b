package culvert.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.gateway.HostCommand;
import culvert.gateway.LabNamespace;
import culvert.model.IpPrefix;
import culvert.tunio.Rtnetlink;
import culvert.tunio.TunDevice;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PinsTest {
    @RegisterExtension final LabNamespace namespace = new LabNamespace();

    private static final InetAddress PEER = InetAddress.ofLiteral("198.51.100.11");
    private static final IpPrefix DEFAULT = IpPrefix.parse("0.0.0.0/0");
    private static final int METRIC = 10;

    private TunDevice tunnel;
    private TunDevice uplink;
    private Rtnetlink netlink;
    private RoutingTable table;
    private Pins pins;

    @BeforeEach
    void makeDevices() {
        tunnel = TunDevice.open("tunnel");
        uplink = TunDevice.open("uplink");
        netlink = Rtnetlink.open();
        netlink.links().setUp(tunnel.interfaceIndex());
        netlink.links().setUp(uplink.interfaceIndex());
        HostCommand.require("ip", "address", "add", "192.0.2.1/24", "dev", "uplink");
        HostCommand.require("ip", "route", "add", "default", "via", "192.0.2.254", "metric", "500");
        table = new RoutingTable(netlink, new TableOptions(true, false, false));
        table.lead("a", List.of(tunnel.interfaceIndex()));
        pins = new Pins(Set.of(PEER), netlink.routes(), table, METRIC);
    }

    @AfterEach
    void close() {
        netlink.close();
        tunnel.close();
        uplink.close();
    }

    @Test
    void keepTheTunnelsOwnPacketsOutOfTheTunnelWhileADefaultRouteLeadsIntoIt() {
        pins.update(IpPrefix::isIpv4);
        table.apply(List.of(new TableChange.Install(DEFAULT, METRIC, "a")));
        assertWay("203.0.113.1", "dev tunnel");
        assertWay("198.51.100.11", "via 192.0.2.254 dev uplink");

        pins.update(prefix -> false);
        table.apply(List.of(new TableChange.Remove(DEFAULT, METRIC)));
        assertEquals("", HostCommand.require("ip", "route", "show", "proto", "213"));
    }

    @Test
    void followTheUplinkAndAreMended() {
        pins.update(IpPrefix::isIpv4);
        table.apply(List.of(new TableChange.Install(DEFAULT, METRIC, "a")));
        HostCommand.require(
                "ip", "route", "replace", "default", "via", "192.0.2.253", "metric", "500");
        pins.update(IpPrefix::isIpv4);
        assertWay("198.51.100.11", "via 192.0.2.253 dev uplink");

        HostCommand.require("ip", "route", "del", "198.51.100.11");
        Reconciliation.now(table, true);
        assertWay("198.51.100.11", "via 192.0.2.253 dev uplink");

        // A more specific route of others is the better way.
        HostCommand.require("ip", "route", "add", "198.51.100.0/24", "via", "192.0.2.7");
        pins.update(IpPrefix::isIpv4);
        assertWay("198.51.100.11", "via 192.0.2.7 dev uplink");
    }

    @Test
    void waitWhenNothingElseLeadsToThePeer() {
        HostCommand.require("ip", "route", "del", "default");
        pins.update(IpPrefix::isIpv4);
        assertEquals("", HostCommand.require("ip", "route", "show", "198.51.100.11"));
        HostCommand.require("ip", "route", "add", "default", "via", "192.0.2.9", "metric", "7");
        pins.update(IpPrefix::isIpv4);
        assertWay("198.51.100.11", "via 192.0.2.9 dev uplink");
    }

    /** What a peer's name leads to may change while the default route stands. */
    @Test
    void followThePeersToOtherAddresses() {
        pins.update(IpPrefix::isIpv4);
        table.apply(List.of(new TableChange.Install(DEFAULT, METRIC, "a")));
        pins.configure(Set.of(InetAddress.ofLiteral("198.51.100.12")));
        pins.update(IpPrefix::isIpv4);
        assertWay("198.51.100.12", "via 192.0.2.254 dev uplink");
        assertWay("198.51.100.11", "dev tunnel");
    }

    private static void assertWay(String destination, String way) {
        String found = HostCommand.require("ip", "route", "get", destination);
        assertTrue(found.contains(way), found);
    }
}
