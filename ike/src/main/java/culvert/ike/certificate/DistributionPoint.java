package culvert.ike.certificate;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/**
 * Where the revocation list that covers a certificate is to be had, as the certificate itself says
 * (RFC 5280 4.2.1.13).
 *
 * @param location an http URL
 * @param issuer whose list it is
 */
public record DistributionPoint(String location, X509Certificate issuer) {
    /** Real ones have about a hundred characters; with a partition of the list, two hundred. */
    private static final int LONGEST_LOCATION = 1024;

    /** The first of the certificate's points that can be used, if there is one. */
    static Optional<DistributionPoint> of(X509Certificate certificate, X509Certificate issuer) {
        return locations(certificate).stream()
                .filter(DistributionPoint::isHttp)
                .findFirst()
                .map(location -> new DistributionPoint(location, issuer));
    }

    /** The URLs of the points whose list names every reason and comes from the issuer itself. */
    static List<String> locations(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(Extension.cRLDistributionPoints.getId());
        List<String> locations = new ArrayList<>();
        if (extension == null) {
            return locations;
        }
        try {
            CRLDistPoint points =
                    CRLDistPoint.getInstance(ASN1OctetString.getInstance(extension).getOctets());
            for (var point : points.getDistributionPoints()) {
                DistributionPointName name = point.getDistributionPoint();
                if (name != null && point.getReasons() == null && point.getCRLIssuer() == null) {
                    locations.addAll(locations(name));
                }
            }
            return locations;
        } catch (RuntimeException malformed) {
            return new ArrayList<>();
        }
    }

    /** The URLs of a name; they lead to the same list. */
    static List<String> locations(DistributionPointName name) {
        List<String> locations = new ArrayList<>();
        if (name.getType() == DistributionPointName.FULL_NAME) {
            for (GeneralName one : GeneralNames.getInstance(name.getName()).getNames()) {
                if (one.getTagNo() == GeneralName.uniformResourceIdentifier) {
                    locations.add(ASN1IA5String.getInstance(one.getName()).getString());
                }
            }
        }
        return locations;
    }

    private static boolean isHttp(String location) {
        if (location.length() > LONGEST_LOCATION
                || !location.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            return false;
        }
        try {
            URI uri = new URI(location);
            return "http".equalsIgnoreCase(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getPort() <= 0xFFFF
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /**
     * Reads what was found there, from whomever it came: http proves nothing, the issuer's
     * signature does.
     *
     * @param der one list (RFC 2585 4.2)
     */
    public X509CRL read(byte[] der, long unixSeconds) throws CertificateProblem {
        X509CRL list = CertificateReader.fetchedRevocationList(der);
        RevocationLists.requireIssuedBy(issuer, list);
        RevocationLists.requireCurrent(list, unixSeconds);
        return list;
    }

    /** Whose list, and where it is, for people. */
    @Override
    public String toString() {
        return "revocation list of %s at %s".formatted(CertificateText.subject(issuer), location);
    }
}
