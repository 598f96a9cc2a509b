package culvert.ike.certificate;

import static culvert.ike.certificate.TestCertificate.NOW;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where certificates say that lists are, and what is found there. */
class DistributionPointTest {
    private static final long DAY = Duration.ofDays(1).toSeconds();
    private static final String LIST = "http://crl.example/root.crl";
    private static final TestCertificate ROOT = TestCertificate.root("CN=Root").make();
    private static final TestCertificate PEER =
            ROOT.issue("CN=peer").distributionPoints(LIST).make();

    private static Optional<String> location(TestCertificate certificate) {
        return DistributionPoint.of(certificate.certificate(), ROOT.certificate())
                .map(DistributionPoint::location);
    }

    @Test
    void firstOneByHttpCounts() {
        assertEquals(Optional.of(LIST), location(PEER));
        assertEquals(
                Optional.of(LIST),
                location(
                        ROOT.issue("CN=peer")
                                .distributionPoints(
                                        "ldap://ldap.example/CN=Root", LIST, "http://second/")
                                .make()));
        assertEquals(Optional.empty(), location(ROOT.issue("CN=peer").make()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://crl.example/root.crl",
                "ftp://crl.example/root.crl",
                "file:///etc/passwd",
                "http:///root.crl",
                "http:root.crl",
                "http://user:word@crl.example/",
                "http://crl.example/#part",
                "http://crl.example/a b",
                "http://crl.example/\r\nX: y",
                "http://crl.example:99999/",
                "root.crl",
                ""
            })
    void otherPlacesAreNotFetchedFrom(String url) {
        assertEquals(
                Optional.empty(), location(ROOT.issue("CN=peer").distributionPoints(url).make()));
    }

    @Test
    void longPlacesAreNotFetchedFrom() {
        String longest = LIST + "?" + "x".repeat(1024 - LIST.length() - 1);
        assertEquals(
                Optional.of(longest),
                location(ROOT.issue("CN=peer").distributionPoints(longest).make()));
        assertEquals(
                Optional.empty(),
                location(ROOT.issue("CN=peer").distributionPoints(longest + "x").make()));
    }

    private static TestCertificate with(ASN1Encodable points) {
        return ROOT.issue("CN=peer")
                .extension(Extension.cRLDistributionPoints, false, points)
                .make();
    }

    @Test
    void listsOfSomeReasonsOrOfOthersAreNotFetched() {
        var someReasons =
                new org.bouncycastle.asn1.x509.DistributionPoint(
                        TestCertificate.pointName(LIST),
                        new ReasonFlags(ReasonFlags.keyCompromise),
                        null);
        var ofAnother =
                new org.bouncycastle.asn1.x509.DistributionPoint(
                        TestCertificate.pointName(LIST),
                        null,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, "other.example")));
        for (var point : List.of(someReasons, ofAnother)) {
            assertEquals(
                    Optional.empty(),
                    location(
                            with(
                                    new CRLDistPoint(
                                            new org.bouncycastle.asn1.x509.DistributionPoint[] {
                                                point
                                            }))));
        }
    }

    @Test
    void malformedExtensionNamesNoPlace() {
        // The JDK keeps what it cannot read, as long as it is not critical.
        assertEquals(Optional.empty(), location(with(new DERUTF8String(LIST))));
    }

    private static X509CRL read(byte[] octets) throws CertificateProblem {
        return new DistributionPoint(LIST, ROOT.certificate()).read(octets, NOW);
    }

    private static void refuse(String words, byte[] octets) {
        CertificateProblem problem = assertThrows(CertificateProblem.class, () -> read(octets));
        assertTrue(problem.what().contains(words), problem.what());
        assertTrue(problem.hint().length() > 10, problem.hint());
    }

    @Test
    void readsTheListOfTheAuthority() throws Exception {
        X509CRL list = ROOT.revoking(NOW - DAY, NOW + DAY, PEER);
        assertEquals(list, read(list.getEncoded()));
    }

    @Test
    void refusesWhatIsNoListOfTheAuthority() throws Exception {
        TestCertificate other = TestCertificate.root("CN=Other").make();
        TestCertificate twin = TestCertificate.root("CN=Root").keyName("twin").make();
        refuse("another authority", other.revoking(NOW - DAY, NOW + DAY).getEncoded());
        refuse(
                "signature is not that of its authority",
                twin.revoking(NOW - DAY, NOW + DAY).getEncoded());
        refuse("outdated since 2027-01-14", ROOT.revoking(NOW - 9 * DAY, NOW - DAY).getEncoded());
        refuse("only from 2027-01-16", ROOT.revoking(NOW + DAY, NOW + 9 * DAY).getEncoded());
        refuse(
                "not complete",
                ROOT.revoking(
                                List.of(critical(Extension.deltaCRLIndicator, new ASN1Integer(1))),
                                NOW - DAY,
                                NOW + DAY)
                        .getEncoded());
        byte[] changed = ROOT.revoking(NOW - DAY, NOW + DAY, PEER).getEncoded();
        changed[changed.length - 1] ^= 1;
        refuse("signature is not that of its authority", changed);
    }

    @Test
    void refusesWhatIsNoList() throws Exception {
        refuse("not a revocation list in DER", new byte[0]);
        refuse(
                "not a revocation list in DER",
                "<html>not found</html>".getBytes(StandardCharsets.US_ASCII));
        refuse(
                "not a revocation list in DER",
                TestCertificate.pem("X509 CRL", ROOT.revoking(NOW - DAY, NOW + DAY).getEncoded()));
        refuse("cannot be read", ROOT.der());
        byte[] good = ROOT.revoking(NOW - DAY, NOW + DAY).getEncoded();
        for (int length = 1; length < good.length; length += 7) {
            refuse("", Arrays.copyOf(good, length));
        }
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] changed = good.clone();
            changed[random.nextInt(good.length)] ^= (byte) (1 + random.nextInt(255));
            refuse("", changed);
        }
    }

    private static Extension critical(ASN1ObjectIdentifier oid, ASN1Encodable value) {
        return new Extension(oid, true, new DEROctetString(Der.bytes(value.toASN1Primitive())));
    }

    private static X509CRL scoped(IssuingDistributionPoint scope) throws Exception {
        return ROOT.revoking(
                List.of(critical(Extension.issuingDistributionPoint, scope)),
                NOW - DAY,
                NOW + DAY,
                PEER);
    }

    private static boolean revokes(X509CRL list) {
        try {
            CertificationPath path =
                    PeerCertificates.read(List.of(PEER.payload())).path(ROOT.trusted(), NOW);
            TrustAnchors trust =
                    new TrustAnchors(
                            List.of(ROOT.certificate()),
                            List.of(list),
                            TrustAnchors.Revocation.RELAXED);
            path.requireUnrevoked(trust, new FetchedLists());
            return false;
        } catch (CertificateProblem e) {
            assertTrue(e.what().contains("was revoked"), e.what());
            return true;
        }
    }

    @Test
    void partOfAListCountsForItsOwnCertificates() throws Exception {
        // RFC 5280 6.3.3 (b) (2): partition, kind of certificate, reasons, whose.
        var here = TestCertificate.pointName(LIST);
        var elsewhere = TestCertificate.pointName("http://crl.example/2.crl");
        assertTrue(
                revokes(
                        scoped(
                                new IssuingDistributionPoint(
                                        here, false, false, null, false, false))));
        assertTrue(
                revokes(
                        scoped(
                                new IssuingDistributionPoint(
                                        null, true, false, null, false, false))));
        for (IssuingDistributionPoint notOurs :
                List.of(
                        new IssuingDistributionPoint(elsewhere, false, false, null, false, false),
                        new IssuingDistributionPoint(here, false, true, null, false, false),
                        new IssuingDistributionPoint(
                                here,
                                false,
                                false,
                                new ReasonFlags(ReasonFlags.keyCompromise),
                                false,
                                false),
                        new IssuingDistributionPoint(here, false, false, null, true, false),
                        new IssuingDistributionPoint(here, false, false, null, false, true))) {
            assertFalse(revokes(scoped(notOurs)), notOurs::toString);
        }
    }

    @Test
    void strictTakesAFetchedListForAConfiguredOne() throws Exception {
        TrustAnchors trust =
                new TrustAnchors(
                        List.of(ROOT.certificate()),
                        List.of(),
                        true,
                        TrustAnchors.Revocation.STRICT);
        CertificationPath path = PeerCertificates.read(List.of(PEER.payload())).path(trust, NOW);
        FetchedLists fetched = new FetchedLists();
        CertificateProblem problem =
                assertThrows(
                        CertificateProblem.class, () -> path.requireCovered(trust, fetched, NOW));
        assertTrue(
                problem.hint()
                        .contains(
                                "the revocation list of CN=Root at " + LIST + " is being fetched"),
                problem.hint());

        DistributionPoint point = path.distributionPoints().iterator().next();
        fetched.put(point, ROOT.revoking(NOW - DAY, NOW + DAY));
        assertDoesNotThrow(() -> path.requireCovered(trust, fetched, NOW));
        assertTrue(fetched.isCurrent(point, NOW));
        assertThrows(
                CertificateProblem.class, () -> path.requireCovered(trust, fetched, NOW + DAY + 1));

        fetched.retain(Set.of());
        assertThrows(CertificateProblem.class, () -> path.requireCovered(trust, fetched, NOW));
        CertificationPath nowhere =
                PeerCertificates.read(List.of(ROOT.issue("CN=silent").make().payload()))
                        .path(trust, NOW);
        CertificateProblem silent =
                assertThrows(
                        CertificateProblem.class,
                        () -> nowhere.requireCovered(trust, fetched, NOW));
        assertTrue(silent.hint().contains("names no place"), silent.hint());
    }
}
