package culvert.config;

import culvert.config.ConfigKey.Presence;
import culvert.config.ConfigKey.Section;
import culvert.config.ConfigKey.Value;
import culvert.ike.certificate.OwnCertificate;
import culvert.ike.certificate.TrustAnchors;
import java.nio.file.Path;
import java.util.List;

/** The keys of a tunnel that say how both ends prove who they are. */
final class CredentialKeys {
    static final Value<Path> SECRET_FILE =
            new Value<>(
                    "file",
                    NameTypes.path("secrets/aws-1.psk"),
                    new Presence.Depends("either file or credential"),
                    "file with the key, which only its owner can read");
    static final Value<String> CREDENTIAL =
            new Value<>(
                    "credential",
                    NameTypes.CREDENTIAL_TYPE,
                    new Presence.Depends("either file or credential"),
                    "systemd credential with the key (LoadCredential=)");
    static final Section PRE_SHARED_KEY =
            new Section(
                    "pre-shared-key",
                    ConfigSection.of("pre-shared-key", SECRET_FILE, CREDENTIAL),
                    new Presence.Depends("either this or certificate"),
                    "where the pre-shared key is kept; never the key itself");

    static final Value<String> PPK_ID =
            new Value<>(
                    "id",
                    NameTypes.PPK_ID_TYPE,
                    new Presence.Required(),
                    "what both sides call the key; it is sent to the peer");
    static final Value<Boolean> PPK_REQUIRED =
            new Value<>(
                    "required",
                    NameTypes.FLAG,
                    new Presence.Default(List.of("true")),
                    "whether no SA is made with a peer that does not have the key");
    static final Section PPK =
            new Section(
                    "ppk",
                    ConfigSection.of("ppk section", PPK_ID, SECRET_FILE, CREDENTIAL, PPK_REQUIRED),
                    new Presence.Depends("none when absent"),
                    "a postquantum preshared key (RFC 8784), mixed into the keys beside pre-shared-key"
                            + " or certificate");

    static final Value<Path> CERTIFICATE_FILE =
            new Value<>(
                    "file",
                    NameTypes.path("certificates/gateway.pem"),
                    new Presence.Required(),
                    "our certificate in PEM, then the intermediate authorities above it");
    static final Value<OwnCertificate.RsaPadding> RSA_SIGNATURE =
            new Value<>(
                    "rsa-signature",
                    NameTypes.choice(OwnCertificate.RsaPadding.class),
                    new Presence.Default(List.of("pkcs1")),
                    "how signatures with an RSA key are padded");
    static final Section CERTIFICATE =
            new Section(
                    "certificate",
                    ConfigSection.of("certificate section", CERTIFICATE_FILE, RSA_SIGNATURE),
                    new Presence.Depends("either this or pre-shared-key"),
                    "our certificate, in place of a pre-shared key");
    static final Section PRIVATE_KEY =
            new Section(
                    "private-key",
                    ConfigSection.of("private-key section", SECRET_FILE, CREDENTIAL),
                    new Presence.Depends("needed with certificate"),
                    "where the certificate's private key is kept, in PEM");
    static final Value<Path> AUTHORITIES_FILE =
            new Value<>(
                    "file",
                    NameTypes.path("certificates/authorities.pem"),
                    new Presence.Required(),
                    "certificates of the authorities, in PEM");
    static final Value<Path> REVOCATION_LISTS =
            new Value<>(
                    "revocation-lists",
                    NameTypes.path("certificates/revoked.crl"),
                    new Presence.Optional(),
                    "file with the authorities' revocation lists (CRLs), in PEM or one in DER");
    static final Value<Boolean> FETCH_REVOCATION_LISTS =
            new Value<>(
                    "fetch-revocation-lists",
                    NameTypes.FLAG,
                    new Presence.Default(List.of("false")),
                    "whether lists are also fetched, by http from where the certificates say");
    static final Value<TrustAnchors.Revocation> REVOCATION =
            new Value<>(
                    "revocation",
                    NameTypes.choice(TrustAnchors.Revocation.class),
                    new Presence.Default(List.of("relaxed")),
                    "whether a certificate without a current revocation list is taken");
    static final Section CERTIFICATE_AUTHORITIES =
            new Section(
                    "certificate-authorities",
                    ConfigSection.of(
                            "certificate-authorities section",
                            AUTHORITIES_FILE,
                            REVOCATION_LISTS,
                            FETCH_REVOCATION_LISTS,
                            REVOCATION),
                    new Presence.Depends("needed with certificate"),
                    "whom to believe about the peer's certificate");

    private CredentialKeys() {}
}
