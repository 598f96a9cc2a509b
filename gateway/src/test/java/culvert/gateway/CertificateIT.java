package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static culvert.gateway.LabGateway.assertOrderlyEnd;
import static culvert.gateway.LabGateway.assertPings;
import static culvert.gateway.LabGateway.awaitReason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Capture;
import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.IkeSaReport;
import culvert.lab.LabAuthority;
import culvert.lab.LabAuthority.Issued;
import culvert.lab.LabAuthority.KeyKind;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import culvert.lab.TunnelSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tunnels with certificates against strongSwan, each end with an intermediate authority of its own
 * below one root, as AWS Private CA has them.
 */
class CertificateIT {
    /** What one kind of key brings: the authorities, and a certificate for each end. */
    private record Certificates(
            LabAuthority root, LabAuthority peerAuthority, Issued peer, Path chain, Issued own) {
        static Certificates of(KeyKind kind) {
            return below(LabAuthority.root(topology.directory(), "root-" + kind, kind));
        }

        static Certificates below(LabAuthority root) {
            LabAuthority ours = root.intermediate("ours");
            LabAuthority theirs = root.intermediate("theirs");
            Issued own = ours.issue("gateway");
            return new Certificates(
                    root,
                    theirs,
                    theirs.issue("aws-1.endpoint-0"),
                    LabAuthority.chain(own.certificate(), ours),
                    own);
        }

        StrongSwanSpec aws() {
            return StrongSwanSpec.aws(Endpoint.AWS1)
                    .withCertificate(peer, own.subject(), root, peerAuthority);
        }

        GatewaySpec customer(UnaryOperator<TunnelSpec> change) {
            return LabGateway.customer(Endpoint.AWS1)
                    .withEachTunnel(
                            t ->
                                    change.apply(
                                            t.withCertificate(
                                                    chain,
                                                    own.key(),
                                                    root.certificate(),
                                                    peer.subject())));
        }
    }

    private static final Map<KeyKind, Certificates> CERTIFICATES = new EnumMap<>(KeyKind.class);
    private static Topology topology;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
        for (KeyKind kind : KeyKind.values()) {
            CERTIFICATES.put(kind, Certificates.of(kind));
        }
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    private static Certificates certificates(KeyKind kind) {
        Certificates found = CERTIFICATES.get(kind);
        if (found == null) {
            throw new IllegalStateException("no certificates of " + kind);
        }
        return found;
    }

    private static StrongSwanEndpoint start(StrongSwanSpec spec) {
        return StrongSwanEndpoint.start(topology, topology.endpoint(Endpoint.AWS1), spec);
    }

    @ParameterizedTest(name = "{0}, RFC 7427 {1}, strongSwan starts: {2}")
    @CsvSource({
        "RSA, pkcs1, false",
        "RSA, pkcs1, true",
        "RSA, pss, false",
        "RSA, pss, true",
        "ECDSA, pkcs1, false",
        "ECDSA, pkcs1, true",
    })
    void chainsAreBelievedInBothRoles(KeyKind kind, String padding, boolean strongSwanStarts) {
        Certificates certificates = certificates(kind);
        StrongSwanSpec aws =
                certificates.aws().with("charon.rsa_pss", padding.equals("pss") ? "yes" : "no");
        try (StrongSwanEndpoint peer = start(aws);
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                certificates.customer(
                                        t ->
                                                t.with(
                                                                "role",
                                                                strongSwanStarts
                                                                        ? "respond"
                                                                        : "initiate")
                                                        .with(
                                                                "certificate",
                                                                "{file: %s, rsa-signature: %s}"
                                                                        .formatted(
                                                                                certificates
                                                                                        .chain(),
                                                                                padding))))) {
            topology.routeVpcVia(Endpoint.AWS1);
            if (strongSwanStarts) {
                peer.initiate();
            }
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            assertEquals(
                    strongSwanStarts ? "responder" : "initiator",
                    gateway.status().text("tunnels", "aws-1", "ike", "role").orElse(""));
            peer.awaitLog("authentication of 'O=Lab, CN=gateway' with", LIMIT);
            assertOrderlyEnd(gateway);
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void ecdsaWithoutRfc7427(boolean strongSwanStarts) {
        Certificates certificates = certificates(KeyKind.ECDSA);
        StrongSwanSpec aws = certificates.aws().with("charon.signature_authentication", "no");
        try (StrongSwanEndpoint peer = start(aws);
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                certificates.customer(
                                        t ->
                                                t.with(
                                                        "role",
                                                        strongSwanStarts
                                                                ? "respond"
                                                                : "initiate")))) {
            topology.routeVpcVia(Endpoint.AWS1);
            if (strongSwanStarts) {
                peer.initiate();
            }
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            peer.awaitLog("with ECDSA-256 signature successful", LIMIT);
        }
    }

    /** IKE in UDP 4500 behind the four zero octets, with SKF (53) first: RFC 7383 2.5. */
    private static final String IKE_FRAGMENTS = "udp port 4500 and udp[8:4] = 0 and udp[28] = 53";

    /** IP fragments but the first, which has the UDP header. */
    private static final String IP_FRAGMENTS = "ip[6:2] & 0x1fff != 0";

    @ParameterizedTest(name = "strongSwan starts: {0}")
    @CsvSource({"false", "true"})
    void longChainsCrossInIkeFragmentsBothWays(boolean strongSwanStarts) {
        Certificates certificates = certificates(KeyKind.RSA);
        try (StrongSwanEndpoint peer = start(certificates.aws());
                Capture wire = Capture.start(topology, topology.outside(), "ike-fragments.pcap");
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                certificates.customer(
                                        t ->
                                                t.with(
                                                        "role",
                                                        strongSwanStarts
                                                                ? "respond"
                                                                : "initiate")))) {
            topology.routeVpcVia(Endpoint.AWS1);
            if (strongSwanStarts) {
                peer.initiate();
            }
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            wire.stop();
            String ours = "src " + Topology.GATEWAY_OUTSIDE + " and ";
            String theirs = "src " + Endpoint.AWS1.outsideAddress() + " and ";
            assertTrue(wire.count(ours + IKE_FRAGMENTS) > 1, () -> wire.read("port 4500"));
            assertTrue(wire.count(theirs + IKE_FRAGMENTS) > 1, () -> wire.read("port 4500"));
            assertEquals(0, wire.count(IP_FRAGMENTS), "IKE cuts, so that IP need not");
            peer.awaitLog("received fragment #2 of", LIMIT);
            peer.awaitLog("reassembled fragmented IKE message", LIMIT);
            peer.awaitLog("splitting IKE message", LIMIT);
        }
    }

    /** Certificate and key are replaced where they lie, as a script at AWS Private CA does it. */
    @Test
    void renewalByReloadDropsNothingAndCountsFromTheNextAuthentication() {
        Certificates certificates =
                Certificates.below(
                        LabAuthority.root(topology.directory(), "renewing", KeyKind.ECDSA));
        LabAuthority next = certificates.root().intermediate("ours-next");
        try (StrongSwanEndpoint peer = start(certificates.aws());
                CulvertProcess gateway =
                        LabGateway.start(topology, certificates.customer(t -> t))) {
            topology.routeVpcVia(Endpoint.AWS1);
            gateway.awaitUp(LIMIT);
            assertPings(topology);
            assertOwnChain(gateway, "ours");
            List<String> before = spis(peer);

            Probes.echoServer(topology.vpc());
            Probes.EchoRun echo =
                    Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(20))
                            .awaitFirstAnswer();
            Issued renewed = next.issue("gateway");
            assertEquals(certificates.own().key(), renewed.key(), "replaced where it lies");
            // Half of a renewal, seen by a reload that comes too early, is no configuration.
            assertEquals(7, gateway.cli("reload").exitCode());
            assertOwnChain(gateway, "ours");
            assertEquals(certificates.chain(), LabAuthority.chain(renewed.certificate(), next));
            assertEquals(0, gateway.cli("reload").exitCode());
            assertOwnChain(gateway, "ours-next");
            assertPings(topology);
            EchoReport report = echo.stop().report();
            assertEquals(0, report.lost(), () -> report + gateway.log());
            assertEquals(before, spis(peer));
            assertFalse(peer.log().contains("CN=ours-next"), "nobody has been told yet");

            assertEquals(0, gateway.cli("down", "aws-1").exitCode());
            assertEquals(0, gateway.cli("up", "aws-1").exitCode());
            gateway.awaitUp(LIMIT);
            peer.awaitLog("received issuer cert \"O=Lab, CN=ours-next\"", LIMIT);
            assertPings(topology);
        }
    }

    /** Of the only IKE SA and its only CHILD SA. */
    private static List<String> spis(StrongSwanEndpoint peer) {
        List<IkeSaReport> sas = peer.listSas();
        assertEquals(1, sas.size(), sas::toString);
        IkeSaReport ike = sas.getFirst();
        assertEquals(1, ike.children().size(), sas::toString);
        IkeSaReport.ChildSaReport child = ike.children().getFirst();
        return List.of(ike.initiatorSpi(), ike.responderSpi(), child.spiIn(), child.spiOut());
    }

    /** Status names the one of the chain that ends first, which may be either. */
    private static void assertOwnChain(CulvertProcess gateway, String authority) {
        String status = gateway.cli("status").stdout().replaceAll("\\s+", " ");
        assertTrue(
                status.contains("cert ours: ") && status.contains("O=Lab,CN=" + authority + ","),
                status);
    }

    @Test
    void sha1OfOldPeersIsRefusedByName() {
        Certificates certificates = certificates(KeyKind.RSA);
        try (CulvertProcess gateway =
                        LabGateway.start(
                                topology, certificates.customer(t -> t.with("role", "respond")));
                StrongSwanEndpoint peer =
                        start(
                                certificates
                                        .aws()
                                        .with("charon.signature_authentication", "no")
                                        .start())) {
            awaitReason(gateway, "aws-1", "it signs with SHA-1");
            peer.awaitLog("received AUTHENTICATION_FAILED", LIMIT);
        }
    }

    @Test
    void wrongAuthorityIsSaidByTheOneThatRefuses() {
        Certificates certificates = certificates(KeyKind.ECDSA);
        LabAuthority other = LabAuthority.root(topology.directory(), "other", KeyKind.ECDSA);
        try (StrongSwanEndpoint peer = start(certificates.aws());
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                certificates.customer(
                                        t ->
                                                t.with(
                                                        "certificate-authorities",
                                                        "{file: %s}"
                                                                .formatted(
                                                                        other.certificate()))))) {
            awaitReason(
                    gateway, "aws-1", "its certificates lead to O=Lab,CN=root-ECDSA, whom we do");
            assertEquals("connecting", gateway.status().tunnelState("aws-1"));
            peer.awaitLog("[ N(AUTH_FAILED) D ]", LIMIT);
        }
        Issued stranger = other.issue("gateway");
        try (StrongSwanEndpoint peer = start(certificates.aws());
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                certificates.customer(
                                        t ->
                                                t.withCertificate(
                                                        stranger.certificate(),
                                                        stranger.key(),
                                                        certificates.root().certificate(),
                                                        certificates.peer().subject())))) {
            awaitReason(gateway, "aws-1", "refused our identity or certificate");
            awaitReason(gateway, "aws-1", "issued by O=Lab,CN=other");
            peer.awaitLog("no issuer certificate found", LIMIT);
        }
    }

    @Test
    void wrongIdentityIsSaid() {
        Certificates certificates = certificates(KeyKind.ECDSA);
        try (StrongSwanEndpoint peer = start(certificates.aws());
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                certificates.customer(
                                        t -> t.with("peer-identity", "CN=aws-2.endpoint-0")))) {
            awaitReason(gateway, "aws-1", "compare both identities");
            peer.awaitLog("no matching peer config found", LIMIT);
        }
    }
}
