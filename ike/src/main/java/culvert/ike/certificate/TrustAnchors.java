package culvert.ike.certificate;

import culvert.ike.message.Octets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Whom a tunnel believes about its peer.
 *
 * @param authorities certificates of root or intermediate authorities; at least one
 * @param revocationLists may be empty
 * @param fetchesRevocationLists whether more of them are fetched from where the certificates say
 * @param revocation what happens when no current list covers a certificate
 */
public record TrustAnchors(
        List<X509Certificate> authorities,
        List<X509CRL> revocationLists,
        boolean fetchesRevocationLists,
        Revocation revocation) {
    /** How much a missing or outdated revocation list weighs. A revoked certificate is refused. */
    public enum Revocation {
        /** The certificate is taken. */
        RELAXED,
        /** The certificate is refused. */
        STRICT
    }

    public TrustAnchors {
        authorities = List.copyOf(authorities);
        revocationLists = List.copyOf(revocationLists);
    }

    /** With these lists alone. */
    public TrustAnchors(
            List<X509Certificate> authorities,
            List<X509CRL> revocationLists,
            Revocation revocation) {
        this(authorities, revocationLists, false, revocation);
    }

    /** The data of CERTREQ: the SHA-1 hash of each authority's public key (RFC 7296 3.7). */
    public Octets keyHashes() {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] hashes = new byte[authorities.size() * sha1.getDigestLength()];
            int at = 0;
            for (X509Certificate authority : authorities) {
                byte[] hash = sha1.digest(authority.getPublicKey().getEncoded());
                System.arraycopy(hash, 0, hashes, at, hash.length);
                at += hash.length;
            }
            return Octets.copyOf(hashes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** Refuses more authorities than CERTREQ can reasonably name. */
    public static List<X509Certificate> requireFew(List<X509Certificate> authorities, int most)
            throws CertificateProblem {
        if (authorities.size() > most) {
            throw new CertificateProblem(
                    "there are %d certificates, and %d are the limit"
                            .formatted(authorities.size(), most),
                    "write the authorities of this tunnel's peer only");
        }
        return authorities;
    }

    /** Refuses a certificate that cannot be an authority, whoever issued it. */
    public static void requireAuthority(X509Certificate certificate) throws CertificateProblem {
        if (certificate.getBasicConstraints() < 0) {
            throw new CertificateProblem(
                    CertificateText.subject(certificate) + " is not an authority (CA:FALSE)",
                    "write the certificate of the authority that issued the peer's");
        }
        boolean[] usage = certificate.getKeyUsage();
        if (usage != null && !KeyStrength.mayCertify(usage)) {
            throw new CertificateProblem(
                    CertificateText.subject(certificate)
                            + " may not issue certificates (key usage without keyCertSign)",
                    "write the certificate of the authority that issued the peer's");
        }
        KeyStrength.require(certificate);
    }
}
