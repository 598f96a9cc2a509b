package culvert.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Two strongSwans prove the stand-in: what fails against Culvert later is not the lab's doing. */
class StrongSwanEndpointIT {
    private static final Duration UP = Duration.ofSeconds(10);

    @Test
    void carriesTrafficBetweenLanAndVpcThroughRekeysAndRestart() {
        try (Topology topology = Topology.open()) {
            StrongSwanEndpoint aws = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
            StrongSwanEndpoint customer =
                    StrongSwanEndpoint.start(
                            topology, topology.gateway(), StrongSwanSpec.customer(Endpoint.AWS1));
            IkeSaReport first = customer.awaitEstablished(UP);
            System.out.println(first);
            System.out.println(customer.swanctl("--list-sas --pretty"));
            assertTrue(topology.lan().ping(Topology.VPC_HOST, 10).complete());
        }
    }
}
