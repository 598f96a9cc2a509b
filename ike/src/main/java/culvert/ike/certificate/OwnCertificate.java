package culvert.ike.certificate;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * The certificate by which we prove who we are.
 *
 * @param chain ours first, then the intermediate authorities that the peer may lack
 * @param key owned by whoever loaded the configuration
 * @param rsaPadding for RSA keys that allow both (RFC 7427); irrelevant for others
 */
public record OwnCertificate(List<X509Certificate> chain, SigningKey key, RsaPadding rsaPadding) {
    /** How RSA signatures in AUTH are padded when the peer takes RFC 7427's. */
    public enum RsaPadding {
        PKCS1,
        PSS
    }

    public OwnCertificate {
        chain = List.copyOf(chain);
    }

    /** Refuses a file that does not hold ours first, each of the others issuing the one before. */
    public static void requireChain(List<X509Certificate> chain) throws CertificateProblem {
        X509Certificate own = chain.getFirst();
        KeyStrength.require(own);
        KeyStrength.requireStrongSignature(own);
        boolean[] usage = own.getKeyUsage();
        if (usage != null && !KeyStrength.maySign(usage)) {
            throw new CertificateProblem(
                    "the key usage of %s does not allow signatures"
                            .formatted(CertificateText.subject(own)),
                    "write the gateway's own certificate first, with key usage digitalSignature");
        }
        for (int i = 1; i < chain.size(); i++) {
            X509Certificate below = chain.get(i - 1);
            if (!below.getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())) {
                throw new CertificateProblem(
                        "%s did not issue %s"
                                .formatted(
                                        CertificateText.subject(chain.get(i)),
                                        CertificateText.subject(below)),
                        "write our certificate first, then the one that issued it, and so on");
            }
        }
        if (chain.size() > PeerCertificates.MOST) {
            throw new CertificateProblem(
                    "there are %d certificates, and %d are the limit"
                            .formatted(chain.size(), PeerCertificates.MOST),
                    "write our certificate and the intermediate authorities only");
        }
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** What the peer is sent: all but a root, which it has or does not believe. */
    public List<X509Certificate> sent() {
        List<X509Certificate> sent = new ArrayList<>(List.of(certificate()));
        chain.stream()
                .skip(1)
                .filter(c -> !c.getSubjectX500Principal().equals(c.getIssuerX500Principal()))
                .forEach(sent::add);
        return sent;
    }
}
