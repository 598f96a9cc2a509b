package culvert.ike;

import culvert.ike.CertificateStatus.Whose;
import culvert.ike.certificate.CertificateText;
import culvert.ike.certificate.CertificateTime;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The certificates of one tunnel, as far as they have an end. */
final class TunnelCertificates {
    private Optional<X509Certificate> peer = Optional.empty();

    void proved(X509Certificate certificate) {
        peer = Optional.of(certificate);
    }

    /** Empty with a pre-shared key. */
    List<CertificateStatus> status(Credentials credentials) {
        List<CertificateStatus> all = new ArrayList<>();
        switch (credentials) {
            case Credentials.PreSharedKey psk -> {}
            case Credentials.Certificates certificates -> {
                add(all, Whose.OURS, certificates.own().chain());
                add(all, Whose.PEER, peer.stream().toList());
                add(all, Whose.AUTHORITY, certificates.trust().authorities());
            }
        }
        return all;
    }

    private static void add(
            List<CertificateStatus> all, Whose whose, List<X509Certificate> certificates) {
        certificates.stream()
                .min(Comparator.comparingLong(c -> CertificateTime.unixSeconds(c.getNotAfter())))
                .ifPresent(
                        first ->
                                all.add(
                                        new CertificateStatus(
                                                whose,
                                                CertificateText.subject(first),
                                                CertificateText.issuer(first),
                                                CertificateTime.unixSeconds(first.getNotAfter()))));
    }
}
