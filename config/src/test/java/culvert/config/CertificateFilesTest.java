package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.Credentials;
import culvert.ike.IkeTunnelSettings;
import culvert.ike.certificate.CertificateText;
import culvert.ike.certificate.OwnCertificate.RsaPadding;
import culvert.ike.certificate.TrustAnchors.Revocation;
import culvert.ike.message.Identification;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tunnels with certificates; {@code mistakes.txt} has the wrong ones. */
class CertificateFilesTest {
    private static final String BASE =
            SampleSite.resource("base.yaml")
                    .replace(
                            "pre-shared-key: {file: secrets/aws-1.psk}",
                            """
                            peer-identity: CN=vpn.endpoint-0
                                    certificate: {file: certificates/gateway.pem}
                                    private-key: {file: secrets/gateway.key}
                                    certificate-authorities: {file: certificates/authorities.pem}""");

    @TempDir Path directory = Path.of("");
    private SampleSite site = new SampleSite(Path.of(""));

    @BeforeEach
    void createFiles() {
        site = SampleSite.in(directory);
    }

    private IkeTunnelSettings tunnel(String text) {
        return site.valid(text).tunnels().getFirst().ike();
    }

    private static Credentials.Certificates certificates(IkeTunnelSettings tunnel) {
        return assertInstanceOf(Credentials.Certificates.class, tunnel.credentials());
    }

    @Test
    void identityIsTheSubjectByDefault() {
        assertEquals(List.of(), site.problems(BASE));
        IkeTunnelSettings tunnel = tunnel(BASE);
        assertEquals("C=KR,O=Example,CN=gateway", tunnel.localIdentity().toString());
        assertEquals(Identification.parse("CN=vpn.endpoint-0"), tunnel.peerIdentity());
        Credentials.Certificates certificates = certificates(tunnel);
        assertEquals(2, certificates.own().chain().size());
        assertEquals(
                "C=KR,O=Example,CN=Root",
                CertificateText.subject(certificates.trust().authorities().getFirst()));
        assertEquals(Revocation.RELAXED, certificates.trust().revocation());
        assertFalse(certificates.trust().fetchesRevocationLists());
        assertEquals(
                "198.18.0.1",
                site.valid(BASE).tunnels().getLast().ike().localIdentity().toString());
    }

    @Test
    void writtenNameTakesTheCertificatesOctets() {
        IkeTunnelSettings byDefault = tunnel(BASE);
        IkeTunnelSettings written =
                tunnel(
                        BASE.replace(
                                "peer-identity:",
                                "identity: cn=GATEWAY, o=example, c=kr\n        peer-identity:"));
        assertEquals(byDefault.localIdentity(), written.localIdentity());
    }

    @Test
    void identityMayBeAnAlternativeName() {
        assertEquals(
                Identification.parse("gw.example"),
                tunnel(
                                BASE.replace(
                                        "peer-identity:",
                                        "identity: gw.example\n        peer-identity:"))
                        .localIdentity());
    }

    @Test
    void everyKeyHasItsPlace() {
        Credentials.Certificates certificates =
                certificates(
                        tunnel(
                                BASE.replace("gateway.pem}", "rsa.pem, rsa-signature: pss}")
                                        .replace("gateway.key", "rsa.key")
                                        .replace(
                                                "authorities.pem}",
                                                "authorities.pem, revocation-lists:"
                                                        + " certificates/revoked.crl,"
                                                        + " fetch-revocation-lists: true,"
                                                        + " revocation: strict}")));
        assertEquals(RsaPadding.PSS, certificates.own().rsaPadding());
        assertEquals(Revocation.STRICT, certificates.trust().revocation());
        assertEquals(1, certificates.trust().revocationLists().size());
        assertTrue(certificates.trust().fetchesRevocationLists());
    }

    @Test
    void pskTunnelsMayHaveAnIdentityOfTheirOwn() {
        assertEquals(
                Identification.parse("203.0.113.7"),
                site.valid(
                                SampleSite.resource("base.yaml")
                                        .replace(
                                                "pre-shared-key: {file: secrets/aws-1.psk}",
                                                "pre-shared-key: {file: secrets/aws-1.psk}\n"
                                                        + "        identity: 203.0.113.7"))
                        .tunnels()
                        .getFirst()
                        .ike()
                        .localIdentity());
    }

    @Test
    void whatIsWrittenOutIsTheSame() {
        String effective =
                EffectiveConfig.load(site.write(BASE), LoadOptions.NONE).text().orElseThrow();
        assertEquals(site.valid(BASE), site.valid(effective), effective);
    }

    @Test
    void renewalIsLiveAndToldInWords() {
        String renewed =
                BASE.replace("gateway.pem}", "rsa.pem, rsa-signature: pss}")
                        .replace("gateway.key", "rsa.key")
                        .replace("authorities.pem}", "authorities.pem, revocation: strict}");
        List<ConfigChange> changes =
                ConfigDiff.between(site.valid(BASE), site.valid(renewed)).changes();
        String root =
                "[certificate of C=KR,O=Example,CN=Root, issued by C=KR,O=Example,CN=Root, valid"
                        + " until 2125-01-01 00:00 UTC], 0 revocation lists, ";
        String below = ", issued by C=KR,O=Example,CN=Sub, valid until 2125-01-01 00:00 UTC";
        String tunnel = "connections[aws].tunnels[aws-1].";
        assertEquals(
                List.of(
                        "restart-tunnel  %sidentity: C=KR,O=Example,CN=gateway -> C=KR,O=Example,CN=gateway-rsa"
                                .formatted(tunnel),
                        "live            %scertificate: [[certificate of C=KR,O=Example,CN=gateway%s, certificate of C=KR,O=Example,CN=Sub, issued by C=KR,O=Example,CN=Root, valid until 2125-01-01 00:00 UTC], pkcs1] -> [[certificate of C=KR,O=Example,CN=gateway-rsa%s], pss]"
                                .formatted(tunnel, below, below),
                        "live            %sprivate-key: the key is another".formatted(tunnel),
                        "live            %scertificate-authorities: %srelaxed revocation -> %sstrict revocation"
                                .formatted(tunnel, root, root)),
                changes.stream().map(ConfigChange::toString).toList(),
                "another identity needs another IKE SA, and nothing else here does");
    }

    private List<String> problemsAt(Duration beforeEnd) {
        long end = Instant.parse("2125-01-01T00:00:00Z").getEpochSecond();
        return site.problems(
                ConfigLoader.read(site.write(BASE), LoadOptions.NONE, end - beforeEnd.toSeconds())
                        .result());
    }

    @Test
    void warnsBeforeCertificatesRunOut() {
        assertEquals(List.of(), problemsAt(Duration.ofDays(31)));
        assertEquals(
                List.of(
                        "16:29: warning: the certificate of C=KR,O=Example,CN=gateway expires in 29"
                                + " days, on 2125-01-01 00:00 UTC (renew it, and run culvert"
                                + " reload)",
                        "16:29: warning: the certificate of C=KR,O=Example,CN=Sub expires in 29"
                                + " days, on 2125-01-01 00:00 UTC (renew it, and run culvert"
                                + " reload)",
                        "18:41: warning: the certificate of C=KR,O=Example,CN=Root expires in 29"
                                + " days, on 2125-01-01 00:00 UTC (renew it, and run culvert"
                                + " reload)"),
                problemsAt(Duration.ofDays(29).plusHours(1)));
        assertEquals(
                "16:29: warning: the certificate of C=KR,O=Example,CN=gateway expired on 2125-01-01"
                        + " 00:00 UTC (renew it, and run culvert reload)",
                problemsAt(Duration.ofDays(-1)).getFirst());
        assertEquals(
                "16:29: warning: the certificate of C=KR,O=Example,CN=gateway is valid only from"
                        + " 2025-01-01 00:00 UTC (check this machine's clock)",
                problemsAt(Duration.ofDays(36_600)).getFirst());
    }
}
