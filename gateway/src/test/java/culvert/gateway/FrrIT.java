package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.awaitTunnel;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.BirdSpec;
import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.Frr;
import culvert.lab.GatewaySpec;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** BGP with FRR at the endpoints, another implementation than BIRD. */
class FrrIT {
    private static final String OTHER_PREFIX = "10.21.0.0/16";

    private static Topology topology;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
        Probes.echoServer(topology.vpc());
        for (Endpoint endpoint : Endpoint.values()) {
            // FRR prefers any route of the kernel's, also the one through the other endpoint.
            topology.endpoint(endpoint).ip("route del " + Topology.LAN_PREFIX + " metric 4000");
        }
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    private static StrongSwanEndpoint startTunnel(Endpoint endpoint) {
        return StrongSwanEndpoint.start(
                topology,
                topology.endpoint(endpoint),
                StrongSwanSpec.aws(endpoint).withoutRoutes());
    }

    private static Frr startFrr(Endpoint endpoint) {
        return Frr.start(
                topology, topology.endpoint(endpoint), Frr.Spec.aws(endpoint, Topology.VPC_PREFIX));
    }

    @Test
    void exchangesRoutesAndFailsOver() {
        GatewaySpec spec =
                LabGateway.customer(Endpoint.values())
                        .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX);
        try (StrongSwanEndpoint tunnel1 = startTunnel(Endpoint.AWS1);
                StrongSwanEndpoint tunnel2 = startTunnel(Endpoint.AWS2);
                CulvertProcess gateway = LabGateway.start(topology, spec);
                Frr frr1 = startFrr(Endpoint.AWS1);
                Frr frr2 = startFrr(Endpoint.AWS2)) {
            gateway.awaitUp(LIMIT);
            for (Frr frr : new Frr[] {frr1, frr2}) {
                LabGateway.await(
                        "FRR has our prefix",
                        () -> gateway.log() + frr.log(),
                        () -> frr.hasInstalled(Topology.LAN_PREFIX));
            }
            awaitInstalled(gateway, 1);
            LabGateway.assertPings(topology);

            frr1.announce(OTHER_PREFIX);
            awaitInstalled(gateway, 2);
            frr1.withdraw(OTHER_PREFIX);
            awaitInstalled(gateway, 1);

            Endpoint first = active(gateway).equals("aws-1") ? Endpoint.AWS1 : Endpoint.AWS2;
            Endpoint second = first == Endpoint.AWS1 ? Endpoint.AWS2 : Endpoint.AWS1;
            Frr older = first == Endpoint.AWS1 ? frr1 : frr2;
            topology.routeVpcVia(second);
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(3))
                            .awaitFirstAnswer();
            older.shutSession();
            LabGateway.await(
                    "routes move", gateway::log, () -> active(gateway).equals(second.tunnelName()));
            EchoReport report = echo.report();
            System.out.printf(
                    "FRR's NOTIFICATION: %.0f ms without an answer%n",
                    report.longestSilenceMillis());
            assertTrue(report.longestSilenceMillis() < 1000, report::toString);
            older.openSession();
            awaitTunnel(gateway, first.tunnelName(), "up");
            LabGateway.await("FRR's session is back", gateway::log, older::isEstablished);
        }
    }

    private static String active(CulvertProcess gateway) {
        return gateway.status().text("routes", "active").orElse("");
    }

    private static void awaitInstalled(CulvertProcess gateway, int count) {
        LabGateway.await(
                count + " routes are installed",
                () -> gateway.cli("routes").stdout() + gateway.log(),
                () -> gateway.status().number("routes", "installed") == count);
    }
}
