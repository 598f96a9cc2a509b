package culvert.ike.certificate;

import culvert.ike.message.CertPayload;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertPathValidatorException.Reason;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a peer presents, and whether to believe it. The peer is not authenticated yet, so number and
 * size are bounded; nothing is fetched on its word.
 */
public final class PeerCertificates {
    /** Its own and seven intermediate ones. */
    static final int MOST = 8;

    private final List<X509Certificate> certificates;

    private PeerCertificates(List<X509Certificate> certificates) {
        this.certificates = certificates;
    }

    /**
     * Reads them.
     *
     * @param payloads in the order of the message: the first is the peer's own (RFC 7296 3.6)
     */
    public static PeerCertificates read(List<CertPayload> payloads) throws CertificateProblem {
        List<CertPayload> inline =
                payloads.stream().filter(p -> p.encoding() == CertPayload.X509_SIGNATURE).toList();
        if (inline.isEmpty()) {
            throw new CertificateProblem(
                    payloads.isEmpty()
                            ? "it sends no certificate"
                            : "it sends its certificate in a form that is not taken (%s)"
                                    .formatted(forms(payloads)),
                    "let it send X.509 certificates in IKE_AUTH");
        }
        if (inline.size() > MOST) {
            throw new CertificateProblem(
                    "it sends %d certificates, and %d are the limit".formatted(inline.size(), MOST),
                    "let it send its own certificate and the intermediate ones only");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (CertPayload payload : inline) {
            certificates.add(CertificateReader.certificate(payload.data().toByteArray()));
        }
        return new PeerCertificates(certificates);
    }

    private static String forms(List<CertPayload> payloads) {
        boolean urls =
                payloads.stream()
                        .anyMatch(
                                p ->
                                        p.encoding() == CertPayload.HASH_AND_URL_OF_CERTIFICATE
                                                || p.encoding()
                                                        == CertPayload.HASH_AND_URL_OF_BUNDLE);
        return urls ? "hash and URL" : "encoding " + payloads.getFirst().encoding();
    }

    /** The peer's own certificate, believed or not. */
    public X509Certificate own() {
        return certificates.getFirst();
    }

    /**
     * Refuses what cannot be believed: no way to an authority, weak keys or signatures, out of
     * date, against constraints (RFC 5280 6), without the right to sign (RFC 4945 5.1.3.2).
     *
     * @return the way to an authority, on which nobody has looked for revoked certificates yet
     */
    public CertificationPath path(TrustAnchors trust, long unixSeconds) throws CertificateProblem {
        for (X509Certificate certificate : certificates) {
            KeyStrength.require(certificate);
        }
        CertificationPath path =
                CertificationPath.find(own(), certificates.subList(1, certificates.size()), trust);
        for (X509Certificate certificate : path.certificates()) {
            KeyStrength.requireStrongSignature(certificate);
            requireValidity(certificate, unixSeconds);
        }
        requireValidity(path.anchor(), unixSeconds);
        requireConstraints(path, unixSeconds);
        AnchorConstraints.require(path);
        boolean[] usage = own().getKeyUsage();
        if (usage != null && !KeyStrength.maySign(usage)) {
            throw new CertificateProblem(
                    "the key usage of %s does not allow signatures"
                            .formatted(CertificateText.subject(own())),
                    "issue it with key usage digitalSignature");
        }
        return path;
    }

    private static void requireValidity(X509Certificate certificate, long now)
            throws CertificateProblem {
        if (now > CertificateTime.unixSeconds(certificate.getNotAfter())) {
            throw new CertificateProblem(
                    "%s expired on %s"
                            .formatted(
                                    CertificateText.subject(certificate),
                                    CertificateText.date(certificate.getNotAfter())),
                    "renew it; our clock says " + CertificateText.date(now));
        }
        if (now < CertificateTime.unixSeconds(certificate.getNotBefore())) {
            throw new CertificateProblem(
                    "%s is valid only from %s"
                            .formatted(
                                    CertificateText.subject(certificate),
                                    CertificateText.date(certificate.getNotBefore())),
                    "check the clocks; ours says " + CertificateText.date(now));
        }
    }

    private static void requireConstraints(CertificationPath path, long unixSeconds)
            throws CertificateProblem {
        try {
            PKIXParameters parameters =
                    new PKIXParameters(Set.of(new TrustAnchor(path.anchor(), null)));
            parameters.setDate(CertificateTime.date(unixSeconds));
            // We look into lists ourselves (RevocationLists); the JDK would go to the network.
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateReader.factory().generateCertPath(path.certificates()),
                            parameters);
        } catch (CertPathValidatorException e) {
            X509Certificate at =
                    e.getIndex() < 0 ? path.anchor() : path.certificates().get(e.getIndex());
            throw new CertificateProblem(
                    words(e.getReason()).formatted(CertificateText.subject(at)),
                    "issue the peer's certificates anew without that");
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new CertificateProblem(
                    "its certificates cannot be checked", "issue the peer's certificates anew");
        }
    }

    private static String words(Reason reason) {
        if (reason.equals(PKIXReason.NOT_CA_CERT)) {
            return "%s is not an authority and has issued a certificate";
        }
        if (reason.equals(PKIXReason.INVALID_KEY_USAGE)) {
            return "the key usage of %s does not allow what it is used for";
        }
        if (reason.equals(PKIXReason.INVALID_NAME)) {
            return "%s is outside the names that its authority may certify";
        }
        if (reason.equals(PKIXReason.PATH_TOO_LONG)) {
            return "there are more authorities above %s than a path length allows";
        }
        if (reason.equals(PKIXReason.UNRECOGNIZED_CRIT_EXT)) {
            return "%s has a critical extension that nobody here knows";
        }
        if (reason.equals(PKIXReason.INVALID_POLICY)) {
            return "the policies above %s exclude it";
        }
        return reason.equals(BasicReason.ALGORITHM_CONSTRAINED)
                ? "%s uses an algorithm that is no longer safe"
                : "%s does not pass (" + String.valueOf(reason).replace("%", "") + ")";
    }
}
