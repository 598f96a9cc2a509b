package culvert.ike.certificate;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** Keys and signatures that are too weak, or so large that they only cost time. */
final class KeyStrength {
    private static final int FEWEST_RSA_BITS = 2048;
    private static final int MOST_RSA_BITS = 8192;

    /** 65537 and all that anyone uses; a huge one makes verification slow. */
    private static final int MOST_EXPONENT_BITS = 33;

    // RFC 5280 4.2.1.3: bits of keyUsage.
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int NON_REPUDIATION = 1;
    private static final int KEY_CERT_SIGN = 5;
    private static final int CRL_SIGN = 6;

    private KeyStrength() {}

    static void require(X509Certificate certificate) throws CertificateProblem {
        Optional<String> fault = fault(certificate.getPublicKey());
        if (fault.isPresent()) {
            throw new CertificateProblem(
                    "the key of %s is %s"
                            .formatted(CertificateText.subject(certificate), fault.get()),
                    "issue one with RSA of 2048 to 8192 bits, or ECDSA on P-256, P-384 or P-521");
        }
    }

    private static Optional<String> fault(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            return bits < FEWEST_RSA_BITS
                            || bits > MOST_RSA_BITS
                            || rsa.getPublicExponent().bitLength() > MOST_EXPONENT_BITS
                    ? Optional.of("RSA of %d bits".formatted(bits))
                    : Optional.empty();
        }
        if (key instanceof ECPublicKey ec) {
            int bits = ec.getParams().getOrder().bitLength();
            return bits == 256 || bits == 384 || bits == 521
                    ? Optional.empty()
                    : Optional.of("ECDSA of %d bits".formatted(bits));
        }
        return Optional.of("of a kind that Culvert does not have (" + key.getAlgorithm() + ")");
    }

    /** Whether the issuer's signature is of a kind that nobody can forge today. */
    static void requireStrongSignature(X509Certificate certificate) throws CertificateProblem {
        if (!isStrong(certificate.getSigAlgOID(), certificate.getSigAlgParams())) {
            throw new CertificateProblem(
                    "the signature on %s is weak or unknown (%s)"
                            .formatted(
                                    CertificateText.subject(certificate),
                                    certificate.getSigAlgName()),
                    "issue it anew with SHA-256, SHA-384 or SHA-512");
        }
    }

    static boolean isStrong(String oid, byte @org.jspecify.annotations.Nullable [] parameters) {
        try {
            ASN1ObjectIdentifier algorithm = new ASN1ObjectIdentifier(oid);
            AlgorithmIdentifier identifier =
                    parameters == null
                            ? new AlgorithmIdentifier(algorithm)
                            : new AlgorithmIdentifier(
                                    algorithm, ASN1Primitive.fromByteArray(parameters));
            return SignatureScheme.of(identifier).isPresent();
        } catch (Exception malformed) {
            return false;
        }
    }

    static boolean maySign(boolean[] usage) {
        return usage[DIGITAL_SIGNATURE] || usage[NON_REPUDIATION];
    }

    static boolean mayCertify(boolean[] usage) {
        return usage[KEY_CERT_SIGN];
    }

    static boolean mayRevoke(boolean[] usage) {
        return usage[CRL_SIGN];
    }
}
