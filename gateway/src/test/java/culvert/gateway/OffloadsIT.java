package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.Topology;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The receiver sees the same octets, whatever the kernel batches. */
class OffloadsIT {
    private static final String ALL_OFF =
            "{tso: off, uso: off, gso: off, gro: off, coalesce-tcp: off, coalesce-udp: off}";
    private static final List<String> NAMES =
            List.of("tso", "uso", "gso", "gro", "coalesceTcp", "coalesceUdp");
    private static final int BYTES = 8_000_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void movesTcpAndUdpBothWaysUnchanged(boolean offloads) throws Exception {
        String setting = offloads ? "{}" : ALL_OFF;
        GatewaySpec here = with(LabGateway.customer(Endpoint.AWS1), setting);
        GatewaySpec there = with(GatewaySpec.aws(Endpoint.AWS1), setting);
        try (Topology topology = Topology.open();
                CulvertProcess aws =
                        CulvertProcess.start(
                                topology,
                                topology.endpoint(Endpoint.AWS1),
                                there,
                                Launcher.ofSystem());
                CulvertProcess gateway = LabGateway.start(topology, here)) {
            gateway.awaitUp(LabGateway.LIMIT);
            LabGateway.assertPings(topology);
            for (String name : NAMES) {
                assertEquals(
                        Optional.of(Boolean.toString(offloads)),
                        gateway.status().text("tunnels", "aws-1", "offloads", name, "on"),
                        name);
            }
            String text = gateway.cli("status").stdout().replaceAll("\\s+", " ");
            assertTrue(
                    text.contains(
                            offloads
                                    ? "offloads tso uso gso gro coalesce-tcp coalesce-udp in"
                                    : "offloads none; tso off (switched off in the configuration);"),
                    text);

            SameOctets.byTcp(topology.lan(), topology.vpc(), Topology.VPC_HOST, BYTES);
            SameOctets.byTcp(topology.vpc(), topology.lan(), Topology.LAN_HOST, BYTES);
            SameOctets.byUdp(topology.lan(), topology.vpc(), Topology.VPC_HOST);
            SameOctets.byUdp(topology.vpc(), topology.lan(), Topology.LAN_HOST);

            assertFalse(gateway.log().contains("offload-"), gateway::log);
            assertFalse(aws.log().contains("offload-"), aws::log);
        }
    }

    private static GatewaySpec with(GatewaySpec spec, String offloads) {
        return spec.withEachTunnel(tunnel -> tunnel.with("offloads", offloads));
    }
}
