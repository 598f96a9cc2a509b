package culvert.config;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** What AWS Site-to-Site VPN wants of a customer gateway's certificate. */
final class AwsCertificateChecks {
    // RFC 5280 4.2.1
    private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";

    private AwsCertificateChecks() {}

    static void check(TunnelDraft tunnel, Located<List<X509Certificate>> chain, Problems problems) {
        X509Certificate own = chain.value().getFirst();
        List<String> missing = new ArrayList<>();
        if (own.getExtensionValue(AUTHORITY_KEY_IDENTIFIER) == null) {
            missing.add("authorityKeyIdentifier");
        }
        if (own.getExtensionValue(SUBJECT_KEY_IDENTIFIER) == null) {
            missing.add("subjectKeyIdentifier");
        }
        if (own.getExtensionValue(BASIC_CONSTRAINTS) == null) {
            missing.add("basicConstraints");
        }
        if (!missing.isEmpty()) {
            problems.warning(
                    chain.at(),
                    "AWS checks extensions that the certificate does not have: "
                            + String.join(", ", missing),
                    "let AWS Private CA issue it");
        }
        if (!tunnel.fields().isWritten(ConfigKeys.PEER_IDENTITY)) {
            problems.warning(
                    tunnel.fields().keyAt(CredentialKeys.CERTIFICATE),
                    "AWS names itself by the subject of its tunnel certificate, another for each"
                            + " tunnel",
                    "write peer-identity: CN=... with the domain of the tunnel's certificate in AWS"
                            + " Certificate Manager");
        }
    }
}
