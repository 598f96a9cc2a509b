package culvert.ike.certificate;

import java.security.cert.X509Certificate;
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

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** What the peer is sent: all but a root, which it has or does not believe. */
    public List<X509Certificate> sent() {
        return chain.stream()
                .filter(
                        c ->
                                c == certificate()
                                        || !c.getSubjectX500Principal()
                                                .equals(c.getIssuerX500Principal()))
                .toList();
    }
}
