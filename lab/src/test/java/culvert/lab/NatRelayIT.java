package culvert.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NatRelayIT {
    private static final Endpoint ENDPOINT = Endpoint.AWS1;

    @Test
    void bothEndsMeetThroughTheNatAndFeelTheLine() {
        try (Topology topology = Topology.open()) {
            NatRelay.start(
                    topology,
                    ENDPOINT,
                    new NatRelay.Line(
                            Duration.ofMillis(20), Duration.ofMillis(10), 0.05, 0.05, false, 7));
            StrongSwanEndpoint aws =
                    StrongSwanEndpoint.start(
                            topology,
                            topology.endpoint(ENDPOINT),
                            StrongSwanSpec.aws(ENDPOINT).withConnection("remote_addrs", "%any"));
            StrongSwanEndpoint customer =
                    StrongSwanEndpoint.start(
                            topology,
                            topology.gateway(),
                            StrongSwanSpec.customer(ENDPOINT)
                                    .withConnection("remote_addrs", ENDPOINT.relayAddress()));
            customer.awaitEstablished(Duration.ofSeconds(20));
            assertTrue(
                    aws.awaitLog("remote host is behind NAT", Duration.ofSeconds(1))
                            .contains("behind NAT"));
            assertEquals(
                    ENDPOINT.translatedAddress(), remoteHost(aws.swanctl("--list-sas --pretty")));
            Namespace.PingResult ping = topology.lan().ping(Topology.VPC_HOST, 60);
            double averageMillis = ping.averageMillis().orElseThrow();
            assertTrue(averageMillis >= 40 && averageMillis < 90, ping::toString);
            // Nine of ten come back: 54, standard deviation 2.3.
            assertTrue(ping.answers() >= 40, ping::toString);
        }
    }

    private static String remoteHost(String sas) {
        return StrongSwanSettings.parsePretty(sas)
                .getOrDefault("list-sa event.tunnel.remote-host", "");
    }
}
