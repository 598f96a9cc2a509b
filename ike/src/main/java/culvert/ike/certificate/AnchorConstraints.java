package culvert.ike.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;

/**
 * What the trust anchor's own certificate limits. RFC 5280 6.1 leaves that to the application, and
 * the JDK looks at the anchor's name and key only; here the anchor is often an intermediate
 * authority, whose limits are meant.
 */
final class AnchorConstraints {
    // RFC 5280 4.2.1.6: GeneralName tags that the JDK gives as text.
    private static final List<Integer> TEXT_NAMES =
            List.of(
                    GeneralName.rfc822Name,
                    GeneralName.dNSName,
                    GeneralName.iPAddress,
                    GeneralName.uniformResourceIdentifier);

    private AnchorConstraints() {}

    static void require(CertificationPath path) throws CertificateProblem {
        requireLength(path);
        byte[] extension = path.anchor().getExtensionValue(Extension.nameConstraints.getId());
        if (extension == null) {
            return;
        }
        for (X509Certificate certificate : path.certificates()) {
            try {
                check(validator(extension), certificate);
            } catch (NameConstraintValidatorException
                    | CertificateParsingException
                    | RuntimeException e) {
                throw new CertificateProblem(
                        "%s is outside the names that %s may certify"
                                .formatted(
                                        CertificateText.subject(certificate),
                                        CertificateText.subject(path.anchor())),
                        "issue it under an authority whose name constraints allow it");
            }
        }
    }

    private static void requireLength(CertificationPath path) throws CertificateProblem {
        int limit = path.anchor().getBasicConstraints();
        long intermediates =
                path.certificates().stream()
                        .skip(1)
                        .filter(
                                c ->
                                        !c.getSubjectX500Principal()
                                                .equals(c.getIssuerX500Principal()))
                        .count();
        if (intermediates > limit) {
            throw new CertificateProblem(
                    "there are more authorities below %s than its path length allows"
                            .formatted(CertificateText.subject(path.anchor())),
                    "issue the certificate under a higher authority");
        }
    }

    private static PKIXNameConstraintValidator validator(byte[] extension) {
        NameConstraints constraints =
                NameConstraints.getInstance(ASN1OctetString.getInstance(extension).getOctets());
        PKIXNameConstraintValidator validator = new PKIXNameConstraintValidator();
        GeneralSubtree[] permitted = constraints.getPermittedSubtrees();
        if (permitted != null) {
            validator.intersectPermittedSubtree(permitted);
        }
        GeneralSubtree[] excluded = constraints.getExcludedSubtrees();
        if (excluded != null) {
            for (GeneralSubtree subtree : excluded) {
                validator.addExcludedSubtree(subtree);
            }
        }
        return validator;
    }

    private static void check(PKIXNameConstraintValidator validator, X509Certificate certificate)
            throws NameConstraintValidatorException, CertificateParsingException {
        byte[] encoded = certificate.getSubjectX500Principal().getEncoded();
        X500Name subject = X500Name.getInstance(encoded);
        if (subject.getRDNs().length > 0) {
            check(validator, new GeneralName(subject));
        }
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null) {
            return;
        }
        for (List<?> name : names) {
            if (name.get(0) instanceof Integer tag
                    && name.get(1) instanceof String text
                    && TEXT_NAMES.contains(tag)) {
                check(validator, new GeneralName(tag, text));
            }
        }
    }

    private static void check(PKIXNameConstraintValidator validator, GeneralName name)
            throws NameConstraintValidatorException {
        validator.checkPermitted(name);
        validator.checkExcluded(name);
    }
}
