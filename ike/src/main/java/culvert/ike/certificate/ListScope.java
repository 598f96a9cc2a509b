package culvert.ike.certificate;

import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;

/**
 * Which certificates of its authority a revocation list is about (RFC 5280 5.2.5, 6.3.3 (b) (2)).
 * Authorities with many certificates cut their list into partitions, each with a distribution point
 * of its own.
 */
final class ListScope {
    private static final String ISSUING_DISTRIBUTION_POINT =
            Extension.issuingDistributionPoint.getId();

    private ListScope() {}

    static boolean includes(X509CRL list, X509Certificate certificate) {
        if (!isComplete(list)) {
            return false;
        }
        byte[] extension = list.getExtensionValue(ISSUING_DISTRIBUTION_POINT);
        try {
            return extension == null || includes(read(extension), certificate);
        } catch (RuntimeException malformed) {
            return false;
        }
    }

    /** Delta lists say so in a critical extension; so does whatever nobody here knows. */
    static boolean isComplete(X509CRL list) {
        Set<String> critical = list.getCriticalExtensionOIDs();
        return critical == null || Set.of(ISSUING_DISTRIBUTION_POINT).containsAll(critical);
    }

    private static IssuingDistributionPoint read(byte[] extension) {
        return IssuingDistributionPoint.getInstance(
                ASN1OctetString.getInstance(extension).getOctets());
    }

    private static boolean includes(IssuingDistributionPoint scope, X509Certificate certificate) {
        boolean authority = certificate.getBasicConstraints() >= 0;
        if (scope.isIndirectCRL()
                || scope.getOnlySomeReasons() != null
                || scope.onlyContainsAttributeCerts()
                || (authority ? scope.onlyContainsUserCerts() : scope.onlyContainsCACerts())) {
            return false;
        }
        DistributionPointName name = scope.getDistributionPoint();
        return name == null
                || !Collections.disjoint(
                        DistributionPoint.locations(name),
                        DistributionPoint.locations(certificate));
    }
}
