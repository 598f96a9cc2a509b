package culvert.ike.certificate;

import static culvert.ike.certificate.TestCertificate.NOW;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.CertPayload;
import culvert.ike.message.Octets;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer presents, good and bad. */
class PeerCertificatesTest {
    private static final long DAY = Duration.ofDays(1).toSeconds();
    private static final TestCertificate ROOT = TestCertificate.root("CN=Root").make();
    private static final TestCertificate MIDDLE = ROOT.issue("CN=Middle").authority().make();
    private static final TestCertificate LEAF = MIDDLE.issue("CN=peer").make();

    private static void accept(TrustAnchors trust, TestCertificate... certificates) {
        assertDoesNotThrow(() -> require(trust, certificates));
    }

    private static void require(TrustAnchors trust, TestCertificate... certificates)
            throws CertificateProblem {
        CertificationPath path =
                PeerCertificates.read(
                                Stream.of(certificates).map(TestCertificate::payload).toList())
                        .path(trust, NOW);
        path.requireUnrevoked(trust, new FetchedLists());
        path.requireCovered(trust, new FetchedLists(), NOW);
    }

    private static void refuse(String words, TrustAnchors trust, TestCertificate... certificates) {
        CertificateProblem problem =
                assertThrows(CertificateProblem.class, () -> require(trust, certificates));
        assertTrue(problem.what().contains(words), problem.what());
        assertTrue(problem.hint().length() > 10, problem.hint());
    }

    @Test
    void chainLeadsToTheRoot() {
        accept(ROOT.trusted(), LEAF, MIDDLE);
    }

    @Test
    void intermediateAuthorityMayBeTheAnchor() {
        accept(MIDDLE.trusted(), LEAF);
        accept(MIDDLE.trusted(), LEAF, MIDDLE, ROOT);
    }

    @Test
    void orderAndNumberOfTheOthersDoNotMatter() {
        TestCertificate stranger = TestCertificate.root("CN=Stranger").make();
        accept(ROOT.trusted(), LEAF, stranger, ROOT, MIDDLE, LEAF);
    }

    @Test
    void missingIntermediateIsNamed() {
        refuse("nobody whom we trust issued", ROOT.trusted(), LEAF);
        CertificateProblem problem =
                assertThrows(CertificateProblem.class, () -> require(ROOT.trusted(), LEAF));
        assertTrue(problem.hint().contains("CN=Middle"), problem.hint());
    }

    @Test
    void wrongAuthorityIsNamed() {
        TestCertificate other = TestCertificate.root("CN=Other").make();
        refuse("lead to CN=Root, whom we do not trust", other.trusted(), LEAF, MIDDLE);
    }

    @Test
    void authorityOfTheSameNameIsNotTheSame() {
        TestCertificate twin = TestCertificate.root("CN=Root").keyName("twin").make();
        refuse("is not that of the CN=Root that we know", twin.trusted(), LEAF, MIDDLE);
    }

    @Test
    void forgedSignature() {
        refuse("signature on CN=peer", MIDDLE.trusted(), MIDDLE.issue("CN=peer").forged().make());
    }

    @Test
    void expired() {
        refuse(
                "CN=peer expired on 2027-01-14 08:00 UTC",
                MIDDLE.trusted(),
                MIDDLE.issue("CN=peer").valid(NOW - 9 * DAY, NOW - DAY).make());
    }

    @Test
    void notYetValid() {
        refuse(
                "CN=peer is valid only from 2027-01-16 08:00 UTC",
                MIDDLE.trusted(),
                MIDDLE.issue("CN=peer").valid(NOW + DAY, NOW + 9 * DAY).make());
    }

    @Test
    void expiredAuthorities() {
        TestCertificate root =
                TestCertificate.root("CN=Old root").valid(NOW - 9 * DAY, NOW - DAY).make();
        refuse("CN=Old root expired", root.trusted(), root.issue("CN=peer").make());
        TestCertificate middle =
                ROOT.issue("CN=Old middle").authority().valid(NOW - 9 * DAY, NOW - DAY).make();
        refuse("CN=Old middle expired", ROOT.trusted(), middle.issue("CN=peer").make(), middle);
    }

    @Test
    void issuerThatIsNoAuthority() {
        TestCertificate gateway = ROOT.issue("CN=gateway").make();
        refuse(
                "CN=gateway is not an authority",
                ROOT.trusted(),
                gateway.issue("CN=peer").make(),
                gateway);
        TestCertificate no =
                ROOT.issue("CN=no").basicConstraints(new BasicConstraints(false)).make();
        refuse("CN=no is not an authority", ROOT.trusted(), no.issue("CN=peer").make(), no);
    }

    @Test
    void issuerThatMayNotIssue() {
        TestCertificate middle =
                ROOT.issue("CN=Middle 2")
                        .basicConstraints(new BasicConstraints(true))
                        .keyUsage(KeyUsage.digitalSignature)
                        .make();
        refuse("key usage of CN=Middle 2", ROOT.trusted(), middle.issue("CN=peer").make(), middle);
    }

    @Test
    void certificateThatMayNotSign() {
        refuse(
                "key usage of CN=peer does not allow signatures",
                MIDDLE.trusted(),
                MIDDLE.issue("CN=peer").keyUsage(KeyUsage.keyEncipherment).make());
        accept(MIDDLE.trusted(), MIDDLE.issue("CN=peer").keyUsage(KeyUsage.nonRepudiation).make());
    }

    @Test
    void nameConstraintsOfAnIntermediateAuthority() {
        TestCertificate middle =
                ROOT.issue("CN=Narrow")
                        .authority()
                        .permitting(new GeneralName(GeneralName.dNSName, "vpn.example"))
                        .make();
        accept(ROOT.trusted(), middle.issue("CN=a").dnsName("gw.vpn.example").make(), middle);
        refuse(
                "CN=b is outside the names",
                ROOT.trusted(),
                middle.issue("CN=b").dnsName("gw.other.example").make(),
                middle);
    }

    @Test
    void nameConstraintsOfTheAnchor() {
        for (boolean dns : new boolean[] {true, false}) {
            TestCertificate anchor =
                    TestCertificate.root("CN=Narrow root" + dns)
                            .permitting(
                                    dns
                                            ? new GeneralName(GeneralName.dNSName, "vpn.example")
                                            : new GeneralName(
                                                    new org.bouncycastle.asn1.x500.X500Name(
                                                            "O=Lab")))
                            .make();
            accept(anchor.trusted(), anchor.issue("O=Lab,CN=a").dnsName("gw.vpn.example").make());
            refuse(
                    "outside the names",
                    anchor.trusted(),
                    anchor.issue(dns ? "O=Lab,CN=b" : "O=Bal,CN=b")
                            .dnsName("gw.other.example")
                            .make());
        }
    }

    @Test
    void pathLengths() {
        TestCertificate root =
                TestCertificate.root("CN=Short root").authorityWithPathLength(0).make();
        TestCertificate middle = root.issue("CN=Below").authority().make();
        refuse("path length", root.trusted(), middle.issue("CN=peer").make(), middle);
        accept(root.trusted(), root.issue("CN=peer").make());

        TestCertificate shortMiddle =
                ROOT.issue("CN=Short middle").authorityWithPathLength(0).make();
        TestCertificate low = shortMiddle.issue("CN=Low").authority().make();
        refuse("path length", ROOT.trusted(), low.issue("CN=peer").make(), low, shortMiddle);
    }

    @Test
    void unknownCriticalExtension() {
        refuse(
                "critical extension",
                MIDDLE.trusted(),
                MIDDLE.issue("CN=peer")
                        .extension(new ASN1ObjectIdentifier("1.2.3.4.5"), true, DERNull.INSTANCE)
                        .make());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA1withRSA", "MD5withRSA"})
    void weakSignatures(String algorithm) {
        TestCertificate root =
                TestCertificate.root("CN=RSA root").key(TestCertificate.RSA_2048).make();
        refuse(
                "weak or unknown",
                root.trusted(),
                root.issue("CN=peer").signature(algorithm).make());
    }

    @Test
    void weakKeys() {
        refuse(
                "the key of CN=peer is RSA of 1024 bits",
                MIDDLE.trusted(),
                MIDDLE.issue("CN=peer").key(TestCertificate.RSA_1024).make());
    }

    @Test
    void chainThatLoops() {
        // A is issued by B, B by A, and neither by anyone whom we trust.
        TestCertificate b = TestCertificate.root("CN=B").keyName("loop").issuerName("CN=A").make();
        TestCertificate a = TestCertificate.root("CN=A").keyName("loop").issuerName("CN=B").make();
        refuse("whom we do not trust", ROOT.trusted(), a.issue("CN=peer").make(), a, b, a, b);
        refuse("whom we do not trust", ROOT.trusted(), a, a, a, b, b);
    }

    @Test
    void manyCertificatesOfOneNameCostABoundedNumberOfSignatures() {
        List<TestCertificate> same = new ArrayList<>();
        for (int i = 0; i < PeerCertificates.MOST; i++) {
            same.add(TestCertificate.root("CN=Same").keyName("same").make());
        }
        refuse("too many ways", ROOT.trusted(), same.toArray(TestCertificate[]::new));
    }

    @Test
    void tooManyCertificates() {
        List<CertPayload> many = Collections.nCopies(9, LEAF.payload());
        CertificateProblem problem =
                assertThrows(CertificateProblem.class, () -> PeerCertificates.read(many));
        assertEquals("it sends 9 certificates, and 8 are the limit", problem.what());
    }

    @Test
    void certificateOf100Kilobytes() {
        byte[] octets = Arrays.copyOf(LEAF.der(), 100_000);
        CertificateProblem problem =
                assertThrows(
                        CertificateProblem.class,
                        () ->
                                PeerCertificates.read(
                                        List.of(
                                                new CertPayload(
                                                        CertPayload.X509_SIGNATURE,
                                                        Octets.copyOf(octets)))));
        assertTrue(problem.what().contains("100000 octets"), problem.what());
    }

    @Test
    void garbageIsNoCertificate() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] octets = LEAF.der().clone();
            for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
                octets[random.nextInt(octets.length)] = (byte) random.nextInt();
            }
            judge(Arrays.copyOf(octets, random.nextInt(octets.length) + 1));
            judge(octets);
        }
    }

    @Test
    void deeplyNestedGarbageDoesNotExhaustTheStack() {
        byte[] indefinite = new byte[CertificateReader.LARGEST_CERTIFICATE_BYTES];
        for (int i = 0; i + 1 < indefinite.length; i += 2) {
            indefinite[i] = 0x30;
            indefinite[i + 1] = (byte) 0x80;
        }
        judge(indefinite);
        byte[] definite = new byte[CertificateReader.LARGEST_CERTIFICATE_BYTES];
        for (int i = 0; i + 3 < definite.length; i += 4) {
            int rest = definite.length - i - 4;
            definite[i] = 0x30;
            definite[i + 1] = (byte) 0x82;
            definite[i + 2] = (byte) (rest >> 8);
            definite[i + 3] = (byte) rest;
        }
        judge(definite);
    }

    /** Whatever the octets, the answer is a refusal or, where they mean nothing, none. */
    private static void judge(byte[] octets) {
        try {
            PeerCertificates read =
                    PeerCertificates.read(
                            List.of(
                                    new CertPayload(
                                            CertPayload.X509_SIGNATURE, Octets.copyOf(octets))));
            CertificateText.of(read.own());
            CertificateIdentity.names(read.own());
            read.path(MIDDLE.trusted(), NOW);
        } catch (CertificateProblem refused) {
            assertTrue(refused.what().length() > 5);
        }
    }

    @Test
    void hashAndUrlIsNotFetched() {
        CertPayload url =
                new CertPayload(
                        CertPayload.HASH_AND_URL_OF_CERTIFICATE,
                        Octets.copyOf(
                                "01234567890123456789http://ca.example/"
                                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        CertificateProblem problem =
                assertThrows(CertificateProblem.class, () -> PeerCertificates.read(List.of(url)));
        assertTrue(problem.what().contains("hash and URL"), problem.what());
        // Beside a certificate it is ignored.
        assertDoesNotThrow(() -> PeerCertificates.read(List.of(url, LEAF.payload())));
        assertThrows(CertificateProblem.class, () -> PeerCertificates.read(List.of()));
    }

    @Test
    void revokedCertificates() throws Exception {
        TrustAnchors trust = withLists(ROOT, MIDDLE.revoking(NOW - DAY, NOW + DAY, LEAF));
        refuse("CN=peer was revoked on 2027-01-14", trust, LEAF, MIDDLE);
        accept(trust, MIDDLE.issue("CN=other").make(), MIDDLE);
        TrustAnchors higher = withLists(ROOT, ROOT.revoking(NOW - DAY, NOW + DAY, MIDDLE));
        refuse("CN=Middle was revoked", higher, LEAF, MIDDLE);
    }

    private static TrustAnchors withLists(TestCertificate anchor, X509CRL... lists) {
        return new TrustAnchors(
                List.of(anchor.certificate()), List.of(lists), TrustAnchors.Revocation.RELAXED);
    }

    @Test
    void outdatedListStillRevokes() throws Exception {
        refuse(
                "was revoked",
                withLists(ROOT, MIDDLE.revoking(NOW - 9 * DAY, NOW - DAY, LEAF)),
                LEAF,
                MIDDLE);
    }

    @Test
    void listOfAnotherAuthorityRevokesNothing() throws Exception {
        TestCertificate twin = TestCertificate.root("CN=Middle").keyName("no middle").make();
        accept(withLists(ROOT, twin.revoking(NOW - DAY, NOW + DAY, LEAF)), LEAF, MIDDLE);
    }

    @Test
    void strictRevocationWantsCurrentListsOfAll() throws Exception {
        List<X509Certificate> anchors = List.of(ROOT.certificate());
        TrustAnchors.Revocation strict = TrustAnchors.Revocation.STRICT;
        refuse(
                "no current revocation list says whether CN=peer",
                new TrustAnchors(anchors, List.of(), strict),
                LEAF,
                MIDDLE);
        refuse(
                "no current revocation list says whether CN=Middle",
                new TrustAnchors(anchors, List.of(MIDDLE.revoking(NOW - DAY, NOW + DAY)), strict),
                LEAF,
                MIDDLE);
        refuse(
                "no current revocation list says whether CN=peer",
                new TrustAnchors(
                        anchors,
                        List.of(
                                MIDDLE.revoking(NOW - 9 * DAY, NOW - DAY),
                                ROOT.revoking(NOW - DAY, NOW + DAY)),
                        strict),
                LEAF,
                MIDDLE);
        accept(
                new TrustAnchors(
                        anchors,
                        List.of(
                                MIDDLE.revoking(NOW - DAY, NOW + DAY),
                                ROOT.revoking(NOW - DAY, NOW + DAY)),
                        strict),
                LEAF,
                MIDDLE);
    }

    @Test
    void everyKindOfKeyIsTaken() {
        for (String kind :
                List.of(
                        TestCertificate.P256,
                        TestCertificate.P384,
                        TestCertificate.P521,
                        TestCertificate.RSA_2048)) {
            TestCertificate root = TestCertificate.root("CN=Root " + kind).key(kind).make();
            accept(root.trusted(), root.issue("CN=peer").key(kind).make());
        }
    }
}
