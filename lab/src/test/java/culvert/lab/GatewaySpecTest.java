package culvert.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GatewaySpecTest {
    @Test
    void writesTheCustomersConfiguration() {
        GatewaySpec spec =
                GatewaySpec.customer(Endpoint.AWS1, Endpoint.AWS2)
                        .withBgp(65000, 64512, "192.168.10.0/24")
                        .withTop("metrics", "127.0.0.1:9179")
                        .withEachTunnel(tunnel -> tunnel.withLiveness("1s", "3s", "250ms"));
        assertEquals(
                """
                version: 1
                site:
                  advertise: [192.168.10.0/24]
                  asn: 65000
                  name: lab-site
                  outside-address: 198.18.0.1
                control-socket: /run/x/control.sock
                metrics: 127.0.0.1:9179
                connections:
                  - name: aws
                    peer-asn: 64512
                    routing: bgp
                    tunnels:
                      - name: aws-1
                        pre-shared-key: {file: secrets/aws-1.psk}
                        inside-address: 169.254.10.2/30
                        interface: cv0
                        liveness: {dpd-interval: 1s, dpd-timeout: 3s, probe-interval: 250ms}
                        peer-address: 198.18.0.11
                      - name: aws-2
                        pre-shared-key: {file: secrets/aws-2.psk}
                        inside-address: 169.254.10.6/30
                        interface: cv1
                        liveness: {dpd-interval: 1s, dpd-timeout: 3s, probe-interval: 250ms}
                        peer-address: 198.18.0.12
                """,
                spec.yaml(Path.of("/run/x/control.sock")));
    }

    @Test
    void writesAnEndpointThatResponds() {
        assertEquals(
                """
                version: 1
                site:
                  name: lab-aws2
                  outside-address: 198.18.0.12
                control-socket: /run/x/control.sock
                connections:
                  - name: aws
                    routing: static
                    static-routes: [192.168.10.0/24]
                    tunnels:
                      - name: aws-2
                        pre-shared-key: {file: secrets/aws-2.psk}
                        esp: {proposals: [aes256gcm16-ecp384], lifetime: 5s}
                        ike: {proposals: [aes256gcm16-prfsha384-ecp384], lifetime: 20s}
                        inside-address: 169.254.10.5/30
                        interface: cv0
                        peer-address: 198.18.0.1
                        role: respond
                """,
                GatewaySpec.aws(Endpoint.AWS2)
                        .withEachTunnel(
                                tunnel ->
                                        tunnel.withProposals(
                                                "aes256gcm16-prfsha384-ecp384",
                                                "20s",
                                                "aes256gcm16-ecp384",
                                                "5s"))
                        .yaml(Path.of("/run/x/control.sock")));
    }

    @Test
    void keepsKeysOutOfText() {
        String key = Endpoint.AWS1.preSharedKey();
        assertFalse(GatewaySpec.customer(Endpoint.AWS1).toString().contains(key));
        assertFalse(GatewaySpec.customer(Endpoint.AWS1).yaml(Path.of("x")).contains(key));
        assertFalse(StrongSwanSpec.aws(Endpoint.AWS1).toString().contains(key));
    }
}
