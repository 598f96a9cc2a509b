package culvert.ike.certificate;

import culvert.ike.message.DistinguishedName;
import culvert.ike.message.Identification;
import culvert.ike.message.Octets;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Which identities a certificate proves (RFC 4945 3.1 and 4): its subject, and the DNS names,
 * addresses and mail addresses of its subjectAltName. No wildcards, and no name out of the CN.
 */
public final class CertificateIdentity {
    // RFC 5280 4.2.1.6: the tags of GeneralName.
    private static final int RFC822_NAME = 1;
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private static final int MOST_NAMES = 16;

    private CertificateIdentity() {}

    /** The subject as an identification, octet for octet. */
    public static Identification subject(X509Certificate certificate) {
        return new Identification(
                Identification.DER_ASN1_DN,
                Octets.copyOf(certificate.getSubjectX500Principal().getEncoded()));
    }

    public static boolean proves(X509Certificate certificate, Identification identity) {
        return identity.type() == Identification.DER_ASN1_DN
                ? DistinguishedName.same(subject(certificate).data(), identity.data())
                : alternativeNames(certificate).stream().anyMatch(name -> same(name, identity));
    }

    private static boolean same(Identification name, Identification identity) {
        return name.equals(identity)
                || (name.type() == Identification.FQDN
                        && identity.type() == Identification.FQDN
                        && lowerCase(name).equals(lowerCase(identity)));
    }

    private static String lowerCase(Identification name) {
        return name.toString().toLowerCase(Locale.ROOT);
    }

    /** What the certificate does prove, for people. */
    public static String names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        if (certificate.getSubjectX500Principal().getEncoded().length > 2) {
            names.add(CertificateText.subject(certificate));
        }
        alternativeNames(certificate).stream()
                .limit(MOST_NAMES)
                .forEach(name -> names.add(name.toString()));
        return names.isEmpty() ? "nothing" : String.join(", ", names);
    }

    private static List<Identification> alternativeNames(X509Certificate certificate) {
        List<Identification> names = new ArrayList<>();
        try {
            Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
            if (entries == null) {
                return names;
            }
            for (List<?> entry : entries) {
                if (entry.get(0) instanceof Integer tag && entry.get(1) instanceof String value) {
                    add(names, tag, value);
                }
            }
        } catch (CertificateParsingException unreadable) {
            // It proves its subject only.
        }
        return names;
    }

    private static void add(List<Identification> names, int tag, String value) {
        switch (tag) {
            case RFC822_NAME -> names.add(Identification.ofText(Identification.RFC822_ADDR, value));
            case DNS_NAME -> names.add(Identification.ofText(Identification.FQDN, value));
            case IP_ADDRESS -> names.add(Identification.ofAddress(InetAddress.ofLiteral(value)));
            default -> {}
        }
    }
}
