package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.awaitReason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanRelease;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Postquantum preshared keys (RFC 8784) against strongSwan. */
class PpkIT {
    private static final String KEY = "b3RoZXIgdGhhbiB0aGUgcHJlLXNoYXJlZCBrZXkgb2Yg";
    private static Topology topology;
    private static Path keyFile = Path.of("");

    @BeforeAll
    static void buildNetwork() throws IOException {
        topology = Topology.open();
        keyFile = Files.writeString(topology.directory().resolve("aws-1.ppk"), KEY + "\n");
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    private static GatewaySpec customer(String id, boolean required) {
        return LabGateway.customer(Endpoint.AWS1)
                .withEachTunnel(
                        t ->
                                t.with(
                                        "ppk",
                                        "{id: %s, file: %s, required: %b}"
                                                .formatted(id, keyFile, required)));
    }

    private static StrongSwanSpec aws(String id, String key, boolean required) {
        return StrongSwanSpec.aws(Endpoint.AWS1)
                .withConnection("ppk_id", id)
                .withConnection("ppk_required", required ? "yes" : "no")
                .with("secrets.ppk.id", id)
                .with("secrets.ppk.secret", "\"" + key + "\"");
    }

    private static StrongSwanEndpoint start(StrongSwanRelease release, StrongSwanSpec spec) {
        return StrongSwanEndpoint.start(topology, topology.endpoint(Endpoint.AWS1), release, spec);
    }

    private static boolean ppk(CulvertProcess gateway) {
        return gateway.cli("status", "--json").stdout().contains("\"ppk\":true");
    }

    private static CulvertProcess gateway(boolean insist, boolean strongSwanStarts) {
        String role = strongSwanStarts ? "respond" : "initiate";
        return LabGateway.start(
                topology, customer("ppk-1", insist).withEachTunnel(t -> t.with("role", role)));
    }

    private static void bringUp(
            CulvertProcess gateway, StrongSwanEndpoint peer, boolean strongSwanStarts) {
        topology.routeVpcVia(Endpoint.AWS1);
        if (strongSwanStarts) {
            peer.initiate();
        }
        gateway.awaitUp(LIMIT);
    }

    @ParameterizedTest(name = "{0}, strongSwan starts: {1}, both insist: {2}")
    @CsvSource({
        "INSTALLED, false, true",
        "INSTALLED, true, false",
        "DEBIAN_13, false, false",
        "DEBIAN_13, true, true",
    })
    void isMixedInInBothRoles(StrongSwanRelease release, boolean strongSwanStarts, boolean insist) {
        try (StrongSwanEndpoint peer = start(release, aws("ppk-1", KEY, insist));
                CulvertProcess gateway = gateway(insist, strongSwanStarts)) {
            bringUp(gateway, peer, strongSwanStarts);
            assertTrue(ppk(gateway));
            assertTrue(gateway.cli("status").stdout().contains(" with PPK, "));
            assertPings(topology);

            long uniqueId = peer.listSas().getFirst().uniqueId();
            assertEquals(0, gateway.cli("rekey", "--ike", "aws-1").exitCode());
            LabGateway.await(
                    "a new IKE SA",
                    peer::log,
                    () ->
                            peer.listSas().size() == 1
                                    && peer.listSas().getFirst().uniqueId() != uniqueId);
            assertTrue(ppk(gateway), "the successor has what SK_d carries on");
            assertPings(topology);
        }
    }

    @ParameterizedTest(name = "{0}, strongSwan starts: {1}, it calls its PPK: {2}")
    @CsvSource({
        "INSTALLED, false, none",
        "INSTALLED, true, none",
        "DEBIAN_13, false, any",
        "DEBIAN_13, true, ppk-2",
    })
    void isLeftOutWhereNobodyInsists(
            StrongSwanRelease release, boolean strongSwanStarts, String theirs) {
        StrongSwanSpec aws =
                switch (theirs) {
                    case "none" -> StrongSwanSpec.aws(Endpoint.AWS1);
                    // With a ppk_id of its own strongSwan refuses any other as responder.
                    case "any" ->
                            aws("%any", "another" + KEY, false).with("secrets.ppk.id", "ppk-2");
                    default -> aws(theirs, "another" + KEY, false);
                };
        try (StrongSwanEndpoint peer = start(release, aws);
                CulvertProcess gateway = gateway(false, strongSwanStarts)) {
            bringUp(gateway, peer, strongSwanStarts);
            assertFalse(ppk(gateway));
            assertPings(topology);
        }
    }

    @Test
    void refusalSaysWhatToDo() {
        try (StrongSwanEndpoint peer =
                        start(StrongSwanRelease.DEBIAN_13, aws("ppk-2", KEY, false));
                CulvertProcess gateway = LabGateway.start(topology, customer("ppk-1", true))) {
            awaitReason(gateway, "aws-1", "use the PPK ppk-1");
            assertTrue(peer.listSas().isEmpty());
        }
    }
}
