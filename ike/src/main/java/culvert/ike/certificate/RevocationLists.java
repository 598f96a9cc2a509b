package culvert.ike.certificate;

import culvert.ike.certificate.TrustAnchors.Revocation;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * Whether a path's certificates were revoked (RFC 5280 5 and 6.3), by complete lists that their own
 * issuers signed. Delta lists, indirect lists and lists of a part are not used.
 */
final class RevocationLists {
    private RevocationLists() {}

    static void require(CertificationPath path, TrustAnchors trust, long now)
            throws CertificateProblem {
        if (trust.revocationLists().isEmpty() && trust.revocation() == Revocation.RELAXED) {
            return;
        }
        List<X509Certificate> certificates = path.certificates();
        for (int i = 0; i < certificates.size(); i++) {
            X509Certificate issuer =
                    i + 1 < certificates.size() ? certificates.get(i + 1) : path.anchor();
            require(certificates.get(i), issuer, trust, now);
        }
    }

    private static void require(
            X509Certificate certificate, X509Certificate issuer, TrustAnchors trust, long now)
            throws CertificateProblem {
        boolean covered = false;
        for (X509CRL list : trust.revocationLists()) {
            if (!isOf(list, certificate, issuer)) {
                continue;
            }
            // An outdated list still names those that were revoked before.
            X509CRLEntry entry = list.getRevokedCertificate(certificate);
            if (entry != null) {
                throw new CertificateProblem(
                        "%s was revoked on %s"
                                .formatted(
                                        CertificateText.subject(certificate),
                                        CertificateText.date(entry.getRevocationDate())),
                        "issue the peer a new certificate");
            }
            covered |= isCurrent(list, now);
        }
        if (!covered && trust.revocation() == Revocation.STRICT) {
            throw new CertificateProblem(
                    "no current revocation list says whether %s was revoked"
                            .formatted(CertificateText.subject(certificate)),
                    "fetch the list of %s, or write revocation: relaxed"
                            .formatted(CertificateText.subject(issuer)));
        }
    }

    private static boolean isCurrent(X509CRL list, long now) {
        Date next = list.getNextUpdate();
        return next != null
                && CertificateTime.unixSeconds(list.getThisUpdate()) <= now
                && CertificateTime.unixSeconds(next) >= now;
    }

    private static boolean isOf(X509CRL list, X509Certificate certificate, X509Certificate issuer) {
        Set<String> critical = list.getCriticalExtensionOIDs();
        boolean[] usage = issuer.getKeyUsage();
        if (!list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal())
                // Both kinds that cover less than they seem to are marked critical.
                || (critical != null && !critical.isEmpty())
                || (usage != null && !KeyStrength.mayRevoke(usage))
                || !KeyStrength.isStrong(list.getSigAlgOID(), list.getSigAlgParams())) {
            return false;
        }
        try {
            list.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException forged) {
            return false;
        }
    }
}
