package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.awaitReason;
import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.LabAuthority;
import culvert.lab.LabAuthority.Issued;
import culvert.lab.LabAuthority.KeyKind;
import culvert.lab.LabProcess;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Revocation lists of every authority on the way from strongSwan's certificate to the root, from a
 * file or from where the certificates say; {@code revocation: strict} wants all of them.
 */
class RevocationIT {
    private static final String PLACE = "http://" + Topology.ROUTER;

    private static Topology topology;
    private static LabAuthority root;
    private static LabAuthority theirs;
    private static Issued peer;
    private static Issued own;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
        root = LabAuthority.root(topology.directory(), "root", KeyKind.ECDSA).withListsAt(PLACE);
        theirs = root.intermediate("theirs");
        peer = theirs.issue("aws-1.endpoint-0");
        own = root.issue("gateway");
        Path served = root.revocationList().resolveSibling("");
        LabProcess web =
                topology.internet()
                        .start(
                                "lists",
                                Path.of(System.getProperty("java.home"), "bin", "jwebserver")
                                        .toString(),
                                "-b",
                                Topology.ROUTER,
                                "-p",
                                "80",
                                "-d",
                                served.toString());
        web.awaitLine("Serving", LIMIT);
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    private static GatewaySpec customer(boolean fetched, Path lists) {
        return LabGateway.customer(Endpoint.AWS1)
                .withEachTunnel(
                        t ->
                                t.withCertificate(
                                                own.certificate(),
                                                own.key(),
                                                root.certificate(),
                                                peer.subject())
                                        .with(
                                                "certificate-authorities",
                                                "{file: %s, revocation: strict, %s}"
                                                        .formatted(
                                                                root.certificate(),
                                                                fetched
                                                                        ? "fetch-revocation-lists: true"
                                                                        : "revocation-lists: "
                                                                                + lists)));
    }

    private static StrongSwanEndpoint strongSwan() {
        return StrongSwanEndpoint.start(
                topology,
                topology.endpoint(Endpoint.AWS1),
                StrongSwanSpec.aws(Endpoint.AWS1)
                        .withCertificate(peer, own.subject(), root, theirs));
    }

    /** Both lists in one file, as an operator would put them together. */
    private static Path lists(Issued... revokedByTheirs) throws IOException {
        String all =
                Files.readString(root.revocationList())
                        + Files.readString(theirs.revocationList(revokedByTheirs));
        return Files.writeString(topology.directory().resolve("lists.pem"), all);
    }

    @ParameterizedTest(name = "fetched: {0}")
    @CsvSource({"false", "true"})
    void whoIsRevokedIsRefusedAndNobodyElse(boolean fetched) throws IOException {
        try (StrongSwanEndpoint endpoint = strongSwan();
                CulvertProcess gateway = LabGateway.start(topology, customer(fetched, lists()))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            assertEquals(1, endpoint.listSas().size());
            String status = gateway.cli("status").stdout().replaceAll("\\s+", " ");
            for (String name : new String[] {"root", "theirs"}) {
                String line =
                        "crl of O=Lab,CN=%s from %s/%s.crl, fetched ".formatted(name, PLACE, name);
                assertEquals(fetched, status.contains(line), status);
            }
        }
        Path revoked = lists(peer);
        try (StrongSwanEndpoint endpoint = strongSwan();
                CulvertProcess gateway = LabGateway.start(topology, customer(fetched, revoked))) {
            awaitReason(gateway, "aws-1", "revoked");
            endpoint.awaitLog("AUTH_FAILED", LIMIT);
            assertEquals("connecting", gateway.status().tunnelState("aws-1"), gateway::log);
        }
    }
}
