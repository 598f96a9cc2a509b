package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertPings;
import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.Topology;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Culvert at both ends: what no other peer of the lab can do. */
class CulvertPairIT {
    private static final String IKE = "aes256gcm16-prfsha384-ecp384";

    /** Both ends know these proposals and no others. */
    private static GatewaySpec with(GatewaySpec spec, String ike, String esp) {
        return spec.withEachTunnel(tunnel -> tunnel.withProposals(ike, "8h", esp, "1h"));
    }

    @ParameterizedTest
    @CsvSource({
        IKE + ", aes256gcm16-ecp384-esn",
        IKE + "-ke1_mlkem768-ke2_mlkem1024, aes256gcm16-ecp384-ke1_mlkem768-esn",
    })
    void carriesTrafficThroughRekeysOfBothKinds(String ike, String esp) {
        try (Topology topology = Topology.open();
                CulvertProcess aws =
                        CulvertProcess.start(
                                topology,
                                topology.endpoint(Endpoint.AWS1),
                                with(GatewaySpec.aws(Endpoint.AWS1), ike, esp),
                                Launcher.ofSystem());
                CulvertProcess gateway =
                        LabGateway.start(
                                topology, with(LabGateway.customer(Endpoint.AWS1), ike, esp))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            assertEquals(ike, gateway.status().text("tunnels", "aws-1", "ike", "suite").orElse(""));
            assertEquals(0, gateway.cli("rekey", "--ike", "aws-1").exitCode());
            LabGateway.await(
                    "the IKE SA was rekeyed",
                    gateway::log,
                    () -> gateway.status().number("tunnels", "aws-1", "ike", "rekeys") == 1);
            assertEquals(0, gateway.cli("rekey", "aws-1").exitCode());
            LabGateway.await(
                    "the CHILD SA was rekeyed",
                    gateway::log,
                    () -> gateway.status().number("tunnels", "aws-1", "esp", "rekeys") == 1);
            assertPings(topology);
        }
    }
}
