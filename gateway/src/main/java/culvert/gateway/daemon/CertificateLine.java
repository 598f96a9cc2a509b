package culvert.gateway.daemon;

import culvert.gateway.log.CleanText;
import culvert.ike.CertificateStatus;
import culvert.ike.certificate.CertificateText;
import java.util.concurrent.TimeUnit;

/** A certificate of a tunnel in words, and when it asks for attention. */
final class CertificateLine {
    /** As long before its end as {@code culvert check} warns. */
    static final long SOON_SECONDS = TimeUnit.DAYS.toSeconds(30);

    private CertificateLine() {}

    static String of(CertificateStatus certificate, long unixSeconds) {
        String whose =
                switch (certificate.whose()) {
                    case OURS -> "ours";
                    case PEER -> "the peer's";
                    case AUTHORITY -> "authority's";
                };
        String issuer =
                certificate.issuer().equals(certificate.subject())
                        ? "itself"
                        : certificate.issuer();
        return "%s: %s, issued by %s, until %s%s"
                .formatted(
                        whose,
                        CleanText.of(certificate.subject()),
                        CleanText.of(issuer),
                        CertificateText.date(certificate.notAfterUnixSeconds()),
                        remark(certificate.notAfterUnixSeconds() - unixSeconds));
    }

    private static String remark(long leftSeconds) {
        if (leftSeconds < 0) {
            return " - EXPIRED: renew it and reload";
        }
        return leftSeconds < SOON_SECONDS
                ? " - ends in " + StatusText.age(leftSeconds) + ": renew it and reload"
                : "";
    }
}
