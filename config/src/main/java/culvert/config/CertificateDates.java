package culvert.config;

import culvert.ike.certificate.CertificateText;
import culvert.ike.certificate.CertificateTime;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.List;

/**
 * Certificates and revocation lists against the calendar. Only warnings: a gateway whose
 * certificate has run out still has to start, for its other tunnels and for the reload that renews
 * it.
 */
final class CertificateDates {
    private static final Duration SOON = Duration.ofDays(30);
    private static final String RENEW = "renew it, and run culvert reload";

    private final long unixSeconds;
    private final Problems problems;

    CertificateDates(long unixSeconds, Problems problems) {
        this.unixSeconds = unixSeconds;
        this.problems = problems;
    }

    void checkOwn(Located<List<X509Certificate>> chain) {
        chain.value().forEach(certificate -> check(chain.at(), certificate));
    }

    void checkAuthorities(Located<List<X509Certificate>> authorities) {
        authorities.value().forEach(certificate -> check(authorities.at(), certificate));
    }

    private void check(Position at, X509Certificate certificate) {
        long left = CertificateTime.unixSeconds(certificate.getNotAfter()) - unixSeconds;
        String subject = Words.cut(CertificateText.subject(certificate));
        String until = CertificateText.date(certificate.getNotAfter());
        if (left < 0) {
            problems.warning(
                    at, "the certificate of %s expired on %s".formatted(subject, until), RENEW);
        } else if (left < SOON.toSeconds()) {
            problems.warning(
                    at,
                    "the certificate of %s expires in %d days, on %s"
                            .formatted(subject, Duration.ofSeconds(left).toDays(), until),
                    RENEW);
        }
        if (CertificateTime.unixSeconds(certificate.getNotBefore()) > unixSeconds) {
            problems.warning(
                    at,
                    "the certificate of %s is valid only from %s"
                            .formatted(subject, CertificateText.date(certificate.getNotBefore())),
                    "check this machine's clock");
        }
    }

    void checkRevocationLists(Located<List<X509CRL>> lists) {
        for (X509CRL list : lists.value()) {
            Date next = list.getNextUpdate();
            if (next == null || CertificateTime.unixSeconds(next) < unixSeconds) {
                problems.warning(
                        lists.at(),
                        next == null
                                ? "a revocation list does not say until when it holds"
                                : "a revocation list is outdated since "
                                        + CertificateText.date(next),
                        "fetch it anew from its authority, and run culvert reload");
            }
        }
    }
}
