package culvert.ike.certificate;

import culvert.ike.certificate.TrustAnchors.Revocation;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;

/**
 * Whether a path's certificates were revoked (RFC 5280 5 and 6.3), by complete lists that their own
 * issuers signed, of all their certificates or of a part in which these are. Delta lists, indirect
 * lists and lists of some reasons are not used.
 */
final class RevocationLists {
    private static final String PUBLISH = "let the authority publish a new one there";

    private RevocationLists() {}

    /** Refuses a path with a certificate that a list names. */
    static void requireUnrevoked(CertificationPath path, TrustAnchors trust, FetchedLists fetched)
            throws CertificateProblem {
        for (int i = 0; i < path.certificates().size(); i++) {
            X509Certificate certificate = path.certificates().get(i);
            // An outdated list still names those that were revoked before.
            for (X509CRL list : covering(certificate, path.issuer(i), trust, fetched)) {
                X509CRLEntry entry = list.getRevokedCertificate(certificate);
                if (entry != null) {
                    throw new CertificateProblem(
                            "%s was revoked on %s"
                                    .formatted(
                                            CertificateText.subject(certificate),
                                            CertificateText.date(entry.getRevocationDate())),
                            "issue the peer a new certificate");
                }
            }
        }
    }

    /** Refuses, when the operator is strict, a path about which current lists do not say all. */
    static void requireCovered(
            CertificationPath path, TrustAnchors trust, FetchedLists fetched, long now)
            throws CertificateProblem {
        if (trust.revocation() == Revocation.RELAXED) {
            return;
        }
        for (int i = 0; i < path.certificates().size(); i++) {
            X509Certificate certificate = path.certificates().get(i);
            X509Certificate issuer = path.issuer(i);
            if (covering(certificate, issuer, trust, fetched).stream()
                    .noneMatch(list -> isCurrent(list, now))) {
                throw new CertificateProblem(
                        "no current revocation list says whether %s was revoked"
                                .formatted(CertificateText.subject(certificate)),
                        whatToDo(certificate, issuer, trust));
            }
        }
    }

    private static String whatToDo(
            X509Certificate certificate, X509Certificate issuer, TrustAnchors trust) {
        String authority = CertificateText.subject(issuer);
        Optional<DistributionPoint> point = DistributionPoint.of(certificate, issuer);
        if (!trust.fetchesRevocationLists()) {
            return "fetch the list of %s, or write revocation: relaxed".formatted(authority);
        }
        return point.isPresent()
                ? "wait for the next attempt: the %s is being fetched, and the log says if that fails"
                        .formatted(point.get())
                : "it names no place from which Culvert can fetch the list of %s by http: write"
                                .formatted(authority)
                        + " revocation-lists, or revocation: relaxed";
    }

    /** Those that say something about this certificate, current or not. */
    private static List<X509CRL> covering(
            X509Certificate certificate,
            X509Certificate issuer,
            TrustAnchors trust,
            FetchedLists fetched) {
        List<X509CRL> lists = new ArrayList<>(trust.revocationLists());
        DistributionPoint.of(certificate, issuer).flatMap(fetched::of).ifPresent(lists::add);
        lists.removeIf(
                list -> !ListScope.includes(list, certificate) || fault(list, issuer).isPresent());
        return lists;
    }

    static boolean isCurrent(X509CRL list, long now) {
        Date next = list.getNextUpdate();
        return next != null
                && CertificateTime.unixSeconds(list.getThisUpdate()) <= now
                && CertificateTime.unixSeconds(next) >= now;
    }

    static void requireCurrent(X509CRL list, long now) throws CertificateProblem {
        Date next = list.getNextUpdate();
        if (next == null) {
            throw new CertificateProblem("it does not say until when it holds", PUBLISH);
        }
        if (CertificateTime.unixSeconds(next) < now) {
            throw new CertificateProblem(
                    "it is outdated since " + CertificateText.date(next), PUBLISH);
        }
        if (CertificateTime.unixSeconds(list.getThisUpdate()) > now) {
            throw new CertificateProblem(
                    "it holds only from " + CertificateText.date(list.getThisUpdate()),
                    "check the clocks; ours says " + CertificateText.date(now));
        }
    }

    static void requireIssuedBy(X509Certificate issuer, X509CRL list) throws CertificateProblem {
        Optional<String> fault =
                ListScope.isComplete(list)
                        ? fault(list, issuer)
                        : Optional.of("it is not complete (a delta list, or of a kind not known)");
        if (fault.isPresent()) {
            throw new CertificateProblem(
                    fault.get(),
                    "look what is there, and let %s publish its own list"
                            .formatted(CertificateText.subject(issuer)));
        }
    }

    /** Why it is not a list of this issuer. */
    private static Optional<String> fault(X509CRL list, X509Certificate issuer) {
        boolean[] usage = issuer.getKeyUsage();
        if (!list.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return Optional.of("it is the list of another authority");
        }
        if (usage != null && !KeyStrength.mayRevoke(usage)) {
            return Optional.of("its authority may not sign lists (key usage without cRLSign)");
        }
        if (!KeyStrength.isStrong(list.getSigAlgOID(), list.getSigAlgParams())) {
            return Optional.of("its signature is weak or unknown");
        }
        try {
            list.verify(issuer.getPublicKey());
            return Optional.empty();
        } catch (GeneralSecurityException | RuntimeException forged) {
            return Optional.of("its signature is not that of its authority");
        }
    }
}
