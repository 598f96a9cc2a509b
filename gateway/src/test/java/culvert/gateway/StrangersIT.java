package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertPings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Capture;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.Namespace;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What begins and does not go on: after first messages in a peer's name that nobody follows up each
 * end asks for a cookie, and the other brings it (RFC 7296 2.6).
 */
class StrangersIT {
    private static final String SUITE = "aes256gcm16-prfsha384-ecp384";
    private static final int FEW = 4;

    /** SAi1 with that suite, KEi with the point of RFC 5903 8.2, and Ni. */
    private static final String FIRST_MESSAGE =
            "%016x0000000000000000"
                    + "21202208"
                    + "00000000"
                    + "000000d0"
                    + "22000028"
                    + "0000002401010003"
                    + "0300000c01000014800e0100"
                    + "0300000802000006"
                    + "0000000804000014"
                    + "2800006800140000"
                    + "667842d7d180ac2cde6f74f37551f55755c7645c20ef73e31634fe72b4c55ee6"
                    + "de3ac808acb4bdb4c88732aee95f41aa"
                    + "9482ed1fc0eeb9cafc4984625ccfc23f65032149e0e144ada024181535a0f38e"
                    + "eb9fcff3c2c947dae69b4c634573a81c"
                    + "00000024"
                    + "07".repeat(32);

    /** IKE_SA_INIT (34) whose first payload is a notify (41), as only cookies make it. */
    private static final String WITH_COOKIE = "udp port 500 and udp[26] = 34 and udp[24] = 41";

    private static Topology topology;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    private static void abandon(Namespace sender, String receiver) throws IOException {
        StringBuilder script = new StringBuilder();
        for (int i = 1; i <= FEW; i++) {
            String escaped = FIRST_MESSAGE.formatted(i).replaceAll("(..)", "\\\\x$1");
            script.append("printf '%b' '")
                    .append(escaped)
                    .append("' > /dev/udp/")
                    .append(receiver)
                    .append("/500\n");
        }
        Path file = topology.directory().resolve("abandoned.sh");
        Files.writeString(file, script);
        sender.exec("bash " + file);
    }

    private static CulvertProcess gateway(String role) {
        return LabGateway.start(
                topology,
                LabGateway.customer(Endpoint.AWS1)
                        .withEachTunnel(
                                t ->
                                        t.with("role", role)
                                                .withProposals(SUITE, "8h", "aes256gcm16", "1h")));
    }

    private static StrongSwanSpec aws() {
        return StrongSwanSpec.aws(Endpoint.AWS1).withProposals(SUITE, "aes256gcm16");
    }

    private static StrongSwanEndpoint start(StrongSwanSpec spec) {
        return StrongSwanEndpoint.start(topology, topology.endpoint(Endpoint.AWS1), spec);
    }

    private static void assertCookieCrossed(Capture wire) {
        wire.stop();
        for (String from : new String[] {Topology.GATEWAY_OUTSIDE, peerAddress()}) {
            assertTrue(
                    wire.count("src " + from + " and " + WITH_COOKIE) > 0,
                    () -> wire.read("udp port 500"));
        }
    }

    private static String peerAddress() {
        return Endpoint.AWS1.outsideAddress();
    }

    @Test
    void strongSwanBringsTheCookieThatWeAskFor() throws IOException {
        try (StrongSwanEndpoint peer = start(aws());
                Capture wire = Capture.start(topology, topology.outside(), "our-cookie.pcap");
                CulvertProcess gateway = gateway("respond")) {
            abandon(peer.namespace(), Topology.GATEWAY_OUTSIDE);
            peer.initiate();
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            assertTrue(gateway.status().number("ikeCounters", "cookiesDemanded") > 0);
            assertEquals(1, peer.listSas().size());
            assertCookieCrossed(wire);
        }
    }

    @Test
    void weBringTheCookieThatStrongSwanAsksFor() throws IOException {
        try (StrongSwanEndpoint peer = start(aws().with("charon.cookie_threshold", "1"));
                Capture wire = Capture.start(topology, topology.outside(), "their-cookie.pcap")) {
            abandon(topology.gateway(), peerAddress());
            try (CulvertProcess gateway = gateway("initiate")) {
                gateway.awaitUp(LIMIT);
                assertPings(topology);
                assertCookieCrossed(wire);
            }
        }
    }

    /** RFC 6023 is never announced, so a peer that insists on it must give up by itself. */
    @Test
    void childlessInitiationFindsNoPartner() {
        try (StrongSwanEndpoint peer = start(aws().withConnection("childless", "force").start());
                CulvertProcess gateway = gateway("respond")) {
            peer.awaitLog("peer does not support childless IKE_SA initiation", LIMIT);
            assertEquals("connecting", gateway.status().tunnelState("aws-1"));
            assertTrue(gateway.process().isAlive(), gateway::log);
        }
    }
}
