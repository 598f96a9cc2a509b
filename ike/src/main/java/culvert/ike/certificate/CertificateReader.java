package culvert.ike.certificate;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Octets to the JDK's certificates and revocation lists. The JDK reads from streams only; these are
 * arrays, and nothing waits.
 */
public final class CertificateReader {
    /** Real ones have one or two thousand octets. */
    static final int LARGEST_CERTIFICATE_BYTES = 16_384;

    private static final int SEQUENCE = 0x30;

    private CertificateReader() {}

    /** The certificates of a file, PEM or one in DER, in the file's order; at least one. */
    public static List<X509Certificate> certificates(byte[] file) throws CertificateProblem {
        List<X509Certificate> certificates = new ArrayList<>();
        if (isDer(file)) {
            certificates.add(certificate(file));
        }
        List<Pem.Block> blocks = isDer(file) ? List.of() : Pem.read(file);
        try {
            for (Pem.Block block : blocks) {
                if (block.label().equals("CERTIFICATE")) {
                    certificates.add(certificate(block.der().octets()));
                }
            }
            if (certificates.isEmpty()) {
                throw new CertificateProblem(
                        blocks.stream().anyMatch(b -> b.label().endsWith("PRIVATE KEY"))
                                ? "there is a private key, and no certificate"
                                : "there is no certificate",
                        "write certificates in PEM, each beginning with -----BEGIN CERTIFICATE-----");
            }
        } finally {
            Pem.close(blocks);
        }
        return certificates;
    }

    /** The revocation lists of a file, PEM or one in DER; at least one. */
    public static List<X509CRL> revocationLists(byte[] file) throws CertificateProblem {
        List<X509CRL> lists = new ArrayList<>();
        if (isDer(file)) {
            lists.add(revocationList(file));
        } else {
            for (Pem.Block block : Pem.read(file)) {
                if (block.label().equals("X509 CRL")) {
                    lists.add(revocationList(block.der().octets()));
                }
            }
        }
        if (lists.isEmpty()) {
            throw new CertificateProblem(
                    "there is no revocation list",
                    "write it in DER, or in PEM beginning with -----BEGIN X509 CRL-----");
        }
        return lists;
    }

    /** What a distribution point gave: DER alone (RFC 5280 4.2.1.13). */
    static X509CRL fetchedRevocationList(byte[] der) throws CertificateProblem {
        if (!isDer(der)) {
            throw new CertificateProblem(
                    "it is not a revocation list in DER", "look what is there");
        }
        return revocationList(der);
    }

    private static boolean isDer(byte[] file) {
        return file.length > 0 && file[0] == SEQUENCE;
    }

    static X509Certificate certificate(byte[] der) throws CertificateProblem {
        if (der.length > LARGEST_CERTIFICATE_BYTES) {
            throw new CertificateProblem(
                    "a certificate has %d octets, and %d are the limit"
                            .formatted(der.length, LARGEST_CERTIFICATE_BYTES),
                    "issue a smaller one");
        }
        try {
            return (X509Certificate) factory().generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new CertificateProblem("a certificate cannot be read", "issue it anew");
        }
    }

    private static X509CRL revocationList(byte[] der) throws CertificateProblem {
        try {
            return (X509CRL) factory().generateCRL(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new CertificateProblem(
                    "a revocation list cannot be read", "fetch it anew from its authority");
        }
    }

    static CertificateFactory factory() throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509");
    }
}
