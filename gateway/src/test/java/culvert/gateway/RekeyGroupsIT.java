package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.crypto.KeyExchangeGroup;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Perfect forward secrecy with strongSwan in each group that we have, begun by either end. */
class RekeyGroupsIT {
    private static final String IKE = "aes256gcm16-prfsha384-ecp384";

    private static String esp(KeyExchangeGroup group) {
        return "aes256gcm16-" + group.keyword();
    }

    private static GatewaySpec spec(KeyExchangeGroup group) {
        return LabGateway.customer(Endpoint.AWS1)
                .withEachTunnel(t -> t.withProposals(IKE, "8h", esp(group), "1h"));
    }

    @Test
    void childSasAreRekeyedInEveryGroup() {
        String all =
                Arrays.stream(KeyExchangeGroup.values())
                        .map(RekeyGroupsIT::esp)
                        .collect(Collectors.joining(","));
        try (Topology topology = Topology.open();
                StrongSwanEndpoint peer =
                        StrongSwanEndpoint.start(
                                topology,
                                topology.endpoint(Endpoint.AWS1),
                                StrongSwanSpec.aws(Endpoint.AWS1)
                                        .withProposals(IKE, all)
                                        .with("charon.prefer_configured_proposals", "no"));
                CulvertProcess gateway =
                        LabGateway.start(topology, spec(KeyExchangeGroup.ECP384))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            for (KeyExchangeGroup group : KeyExchangeGroup.values()) {
                String before = spiIn(gateway);
                gateway.rewrite(spec(group));
                // Other proposals have the CHILD SA rekeyed at once.
                assertTrue(gateway.ask("reload now").startsWith("0"), gateway::log);
                awaitRekeyed(gateway, peer, group, before);
                String after = spiIn(gateway);
                peer.rekeyChild();
                awaitRekeyed(gateway, peer, group, after);
                assertPings(topology);
            }
            assertEquals(1, peer.listSas().size(), peer::log);
            assertEquals(
                    1, gateway.log().split("IKE SA established with", -1).length - 1, gateway::log);
        }
    }

    private static String spiIn(CulvertProcess gateway) {
        return gateway.status().text("tunnels", "aws-1", "esp", "spiIn").orElse("none");
    }

    private static void awaitRekeyed(
            CulvertProcess gateway,
            StrongSwanEndpoint peer,
            KeyExchangeGroup group,
            String formerSpi) {
        await(
                "a CHILD SA made with " + group.keyword(),
                () -> gateway.status().json() + gateway.log() + peer.listSas(),
                () ->
                        !spiIn(gateway).equals(formerSpi)
                                && peer.listSas()
                                        .getFirst()
                                        .child()
                                        .filter(child -> spiIn(gateway).endsWith(child.spiOut()))
                                        .filter(child -> isOf(group, child.suite()))
                                        .isPresent());
    }

    /** charon writes MODP_2048_256 for modp2048s256. */
    private static boolean isOf(KeyExchangeGroup group, String suite) {
        return suite.substring(suite.lastIndexOf('/') + 1)
                .replace("_", "")
                .toLowerCase(Locale.ROOT)
                .equals(group.keyword().replaceFirst("s(?=\\d)", ""));
    }
}
