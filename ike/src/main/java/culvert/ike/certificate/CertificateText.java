package culvert.ike.certificate;

import culvert.ike.message.DistinguishedName;
import culvert.ike.message.Octets;
import java.security.cert.X509Certificate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Date;
import javax.security.auth.x500.X500Principal;

/** Certificates in words for people. */
public final class CertificateText {
    private CertificateText() {}

    /** Who has it, from whom, and how long. */
    public static String of(X509Certificate certificate) {
        return "certificate of %s, issued by %s, valid until %s"
                .formatted(
                        subject(certificate), issuer(certificate), date(certificate.getNotAfter()));
    }

    public static String subject(X509Certificate certificate) {
        return name(certificate.getSubjectX500Principal());
    }

    public static String issuer(X509Certificate certificate) {
        return name(certificate.getIssuerX500Principal());
    }

    static String name(X500Principal principal) {
        return DistinguishedName.text(Octets.copyOf(principal.getEncoded())).orElse("(no name)");
    }

    /** Such as {@code 2027-01-31 09:00 UTC}. */
    public static String date(Date date) {
        return date(CertificateTime.unixSeconds(date));
    }

    /** The same. */
    public static String date(long unixSeconds) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(unixSeconds, 0, ZoneOffset.UTC);
        return "%s %02d:%02d UTC".formatted(time.toLocalDate(), time.getHour(), time.getMinute());
    }
}
