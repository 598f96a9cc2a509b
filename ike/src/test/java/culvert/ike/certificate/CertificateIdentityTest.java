package culvert.ike.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.Identification;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which identities a certificate proves. */
class CertificateIdentityTest {
    private static final TestCertificate CERTIFICATE =
            TestCertificate.root("C=KR,O=Example,CN=vpn-1.endpoint-0")
                    .alternativeName(
                            new GeneralName(GeneralName.dNSName, "gw.example"),
                            new GeneralName(GeneralName.dNSName, "*.wild.example"),
                            new GeneralName(GeneralName.iPAddress, "198.18.0.11"),
                            new GeneralName(GeneralName.iPAddress, "2001:db8::1"),
                            new GeneralName(GeneralName.rfc822Name, "vpn@gw.example"))
                    .make();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "C=KR,O=Example,CN=vpn-1.endpoint-0 | true",
                "c=kr, o=EXAMPLE, cn=VPN-1.endpoint-0 | true",
                "CN=vpn-1.endpoint-0,O=Example,C=KR | true",
                "CN=vpn-1.endpoint-0 | false",
                "C=KR,O=Example,CN=vpn-2.endpoint-0 | false",
                "gw.example | true",
                "GW.example | true",
                "x.gw.example | false",
                "a.wild.example | false",
                "vpn-1.endpoint-0 | false",
                "198.18.0.11 | true",
                "198.18.0.12 | false",
                "2001:db8::1 | true",
                "vpn@gw.example | true",
                "keyid:gw.example | false",
            })
    void subjectAndAlternativeNamesAreProved(String identity, boolean proved) {
        assertEquals(
                proved,
                CertificateIdentity.proves(
                        CERTIFICATE.certificate(), Identification.parse(identity)));
    }

    @Test
    void namesAreListedForPeople() {
        assertEquals(
                "C=KR,O=Example,CN=vpn-1.endpoint-0, gw.example, *.wild.example, 198.18.0.11,"
                        + " 2001:db8:0:0:0:0:0:1, vpn@gw.example",
                CertificateIdentity.names(CERTIFICATE.certificate()));
    }

    @Test
    void subjectKeepsItsOctets() {
        Identification subject = CertificateIdentity.subject(CERTIFICATE.certificate());
        assertEquals(Identification.DER_ASN1_DN, subject.type());
        assertEquals("C=KR,O=Example,CN=vpn-1.endpoint-0", subject.toString());
        assertTrue(subject.matches(Identification.parse("C=KR,O=Example,CN=vpn-1.endpoint-0")));
        assertFalse(subject.matches(Identification.parse("gw.example")));
    }
}
