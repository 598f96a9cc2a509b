package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.BirdSpec;
import culvert.lab.CommandResult;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Topology;
import culvert.lab.TunnelSpec;
import java.util.function.UnaryOperator;

/** What the tests of {@code reload} share. */
final class Reloads {
    private Reloads() {}

    static GatewaySpec bgp() {
        return LabGateway.customer(Endpoint.values())
                .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX);
    }

    static GatewaySpec withTunnel(
            GatewaySpec spec, Endpoint endpoint, UnaryOperator<TunnelSpec> change) {
        return spec.withTunnels(
                spec.tunnels().stream()
                        .map(t -> t.name().equals(endpoint.tunnelName()) ? change.apply(t) : t)
                        .toList());
    }

    static void assertReloads(CulvertProcess gateway, String... lines) {
        CommandResult result = gateway.cli("reload");
        assertEquals(0, result.exitCode(), () -> result + gateway.log());
        for (String line : lines) {
            assertTrue(result.stdout().contains(line), () -> line + " in " + result.stdout());
        }
    }
}
