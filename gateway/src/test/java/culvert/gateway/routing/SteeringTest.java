package culvert.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.gateway.LabNamespace;
import culvert.model.IpPrefix;
import culvert.tunio.Rtnetlink;
import culvert.tunio.TunDevice;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SteeringTest {
    @RegisterExtension final LabNamespace namespace = new LabNamespace();

    private static final IpPrefix VPC = IpPrefix.parse("10.20.0.0/16");

    /** Three tunnels. */
    enum Tunnel {
        A,
        B,
        C
    }

    private final Map<Tunnel, TunDevice> devices = new EnumMap<>(Tunnel.class);
    private final Map<String, Standing> standings = new HashMap<>();
    private Rtnetlink netlink;
    private RoutingTable table;

    @BeforeEach
    void makeDevices() {
        netlink = Rtnetlink.open();
        table = new RoutingTable(netlink, new TableOptions(false, false, false));
        for (Tunnel tunnel : Tunnel.values()) {
            TunDevice device = TunDevice.open(tunnel.name());
            devices.put(tunnel, device);
            netlink.links().setUp(device.interfaceIndex());
            standings.put(tunnel.name(), Standing.DOWN);
        }
    }

    @AfterEach
    void close() {
        netlink.close();
        devices.values().forEach(TunDevice::close);
    }

    private Steering steering(boolean spread) {
        table = new RoutingTable(netlink, new TableOptions(false, spread, false));
        return new Steering(
                table,
                name -> standings.getOrDefault(name, Standing.DOWN),
                name -> Objects.requireNonNull(devices.get(Tunnel.valueOf(name))).interfaceIndex(),
                spread);
    }

    private void stand(Steering steering, Standing a, Standing b, Standing c) {
        standings.put("A", a);
        standings.put("B", b);
        standings.put("C", c);
        steering.steer();
    }

    @Test
    void oneTunnelCarriesABundleTheFirstThatIsGood() {
        Steering steering = steering(false);
        steering.set("x", List.of("A", "B"), List.of("C"));
        table.apply(List.of(new TableChange.Install(VPC, 214, "x")));
        assertEquals(List.of(), steering.via("x"));
        assertEquals(0, table.size());
        stand(steering, Standing.LAST_RESORT, Standing.DOWN, Standing.DOWN);
        assertEquals(List.of("A"), steering.via("x"));
        assertEquals(1, table.size());
        stand(steering, Standing.LAST_RESORT, Standing.GOOD, Standing.GOOD);
        assertEquals(List.of("B"), steering.via("x"));
        stand(steering, Standing.GOOD, Standing.GOOD, Standing.GOOD);
        assertEquals(List.of("A"), steering.via("x"));
        // Others are better than a member that is the last resort.
        stand(steering, Standing.LAST_RESORT, Standing.DOWN, Standing.GOOD);
        assertEquals(List.of("C"), steering.via("x"));
    }

    @Test
    void allGoodTunnelsCarryASpreadBundle() {
        Steering steering = steering(true);
        steering.set("x", List.of("A", "B"), List.of("C"));
        table.apply(List.of(new TableChange.Install(VPC, 214, "x")));
        stand(steering, Standing.GOOD, Standing.GOOD, Standing.GOOD);
        assertEquals(List.of("A", "B"), steering.via("x"));
        stand(steering, Standing.GOOD, Standing.LAST_RESORT, Standing.GOOD);
        assertEquals(List.of("A"), steering.via("x"));
        stand(steering, Standing.DOWN, Standing.DOWN, Standing.GOOD);
        assertEquals(List.of("C"), steering.via("x"));
        stand(steering, Standing.DOWN, Standing.DOWN, Standing.DOWN);
        assertEquals(List.of(), steering.via("x"));
        assertEquals(0, table.size());
        stand(steering, Standing.LAST_RESORT, Standing.LAST_RESORT, Standing.DOWN);
        assertEquals(List.of("A", "B"), steering.via("x"));
        assertEquals(1, table.size());
    }
}
