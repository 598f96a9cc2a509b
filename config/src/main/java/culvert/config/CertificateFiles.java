package culvert.config;

import static culvert.config.CredentialKeys.AUTHORITIES_FILE;
import static culvert.config.CredentialKeys.CERTIFICATE_FILE;
import static culvert.config.CredentialKeys.REVOCATION_LISTS;

import culvert.ike.Credentials;
import culvert.ike.certificate.CertificateIdentity;
import culvert.ike.certificate.CertificateProblem;
import culvert.ike.certificate.CertificateReader;
import culvert.ike.certificate.OwnCertificate;
import culvert.ike.certificate.SigningKey;
import culvert.ike.certificate.TrustAnchors;
import culvert.ike.message.Identification;
import culvert.model.Secret;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Reads certificates, private keys and revocation lists, and holds them against each other. */
final class CertificateFiles {
    /** An RSA key of 8192 bits has 6.5 thousand. */
    private static final int LARGEST_KEY_BYTES = 16_384;

    private static final int LARGEST_CERTIFICATES_BYTES = 256 * 1024;
    private static final int LARGEST_REVOCATION_LISTS_BYTES = 4 * 1024 * 1024;

    /** CERTREQ names each of them. */
    private static final int MOST_AUTHORITIES = 16;

    private final Path file;
    private final SecretSources secrets;
    private final CertificateDates dates;
    private final Problems problems;
    private final SecureRandom random = new SecureRandom();

    CertificateFiles(Path file, SecretSources secrets, long unixSeconds, Problems problems) {
        this.file = file;
        this.secrets = secrets;
        this.dates = new CertificateDates(unixSeconds, problems);
        this.problems = problems;
    }

    /** What a reader of octets makes of a file. */
    private interface Reader<T> {
        T read(byte[] octets) throws CertificateProblem;
    }

    /** What the tunnel authenticates with; empty when something is missing or wrong. */
    Optional<Credentials> read(TunnelDraft tunnel, boolean aws) {
        Optional<Located<List<X509Certificate>>> chain = chain(tunnel);
        Optional<Located<SigningKey>> key = key(tunnel);
        Optional<TrustAnchors> trust = trust(tunnel);
        chain.ifPresent(
                found -> {
                    dates.checkOwn(found);
                    checkIdentity(tunnel, found);
                    if (aws) {
                        AwsCertificateChecks.check(tunnel, found, problems);
                    }
                });
        if (chain.isPresent() && key.isPresent() && !belongs(key.get(), chain.get())) {
            key.get().value().close();
            return Optional.empty();
        }
        if (chain.isEmpty() || key.isEmpty() || trust.isEmpty()) {
            key.ifPresent(unused -> unused.value().close());
            return Optional.empty();
        }
        return Optional.of(
                new Credentials.Certificates(
                        new OwnCertificate(
                                chain.get().value(),
                                key.get().value(),
                                tunnel.certificate()
                                        .value(CredentialKeys.RSA_SIGNATURE)
                                        .map(Located::value)
                                        .orElse(OwnCertificate.RsaPadding.PKCS1)),
                        trust.get()));
    }

    private Optional<Located<List<X509Certificate>>> chain(TunnelDraft tunnel) {
        return read(
                tunnel.certificate().value(CERTIFICATE_FILE),
                LARGEST_CERTIFICATES_BYTES,
                octets -> {
                    List<X509Certificate> chain = CertificateReader.certificates(octets);
                    OwnCertificate.requireChain(chain);
                    return chain;
                });
    }

    private Optional<Located<SigningKey>> key(TunnelDraft tunnel) {
        Optional<Located<Secret>> pem =
                secrets.read(tunnel.fields(), CredentialKeys.PRIVATE_KEY, LARGEST_KEY_BYTES);
        if (pem.isEmpty()) {
            return Optional.empty();
        }
        try (Secret secret = pem.get().value()) {
            return Optional.of(new Located<>(SigningKey.read(secret.octets()), pem.get().at()));
        } catch (CertificateProblem e) {
            problems.error(pem.get().at(), e.what(), e.hint());
            return Optional.empty();
        }
    }

    private boolean belongs(Located<SigningKey> key, Located<List<X509Certificate>> chain) {
        if (key.value().belongsTo(chain.value().getFirst().getPublicKey(), random)) {
            return true;
        }
        problems.error(
                key.at(),
                "the private key is not that of the certificate",
                "write the key from which the certificate was requested, and the certificate first"
                        + " in its file");
        return false;
    }

    private void checkIdentity(TunnelDraft tunnel, Located<List<X509Certificate>> chain) {
        X509Certificate own = chain.value().getFirst();
        Optional<Located<Identification>> written =
                tunnel.fields().value(ConfigKeys.TUNNEL_IDENTITY);
        String names = Words.cut(CertificateIdentity.names(own));
        if (written.isPresent() && !CertificateIdentity.proves(own, written.get().value())) {
            problems.error(
                    written.get().at(),
                    "the certificate does not prove this identity; it proves " + names,
                    "write one of these, or nothing for the certificate's subject");
        } else if (written.isEmpty()
                && !tunnel.fields().isWritten(ConfigKeys.TUNNEL_IDENTITY)
                && CertificateIdentity.subject(own).data().length() <= 2) {
            problems.error(
                    chain.at(),
                    "the certificate has no subject; it proves " + names,
                    "write identity: with one of these");
        }
    }

    private Optional<TrustAnchors> trust(TunnelDraft tunnel) {
        Fields fields = tunnel.authorities();
        Optional<Located<List<X509Certificate>>> authorities =
                read(
                        fields.value(AUTHORITIES_FILE),
                        LARGEST_CERTIFICATES_BYTES,
                        CertificateFiles::authorities);
        authorities.ifPresent(dates::checkAuthorities);
        Optional<Located<List<X509CRL>>> lists =
                read(
                        fields.value(REVOCATION_LISTS),
                        LARGEST_REVOCATION_LISTS_BYTES,
                        CertificateReader::revocationLists);
        lists.ifPresent(dates::checkRevocationLists);
        return authorities.map(
                found ->
                        new TrustAnchors(
                                found.value(),
                                lists.map(Located::value).orElse(List.of()),
                                fields.value(CredentialKeys.FETCH_REVOCATION_LISTS)
                                        .map(Located::value)
                                        .orElse(false),
                                fields.value(CredentialKeys.REVOCATION)
                                        .map(Located::value)
                                        .orElse(TrustAnchors.Revocation.RELAXED)));
    }

    private static List<X509Certificate> authorities(byte[] octets) throws CertificateProblem {
        List<X509Certificate> authorities = CertificateReader.certificates(octets);
        for (X509Certificate authority : authorities) {
            TrustAnchors.requireAuthority(authority);
        }
        return TrustAnchors.requireFew(authorities, MOST_AUTHORITIES);
    }

    private <T> Optional<Located<T>> read(
            Optional<Located<Path>> path, int largestBytes, Reader<T> reader) {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        Position at = path.get().at();
        switch (PublicFile.read(file.resolveSibling(path.get().value()), largestBytes)) {
            case Parsed.Bad<byte[]>(String what, String hint) -> problems.error(at, what, hint);
            case Parsed.Ok<byte[]>(byte[] octets) -> {
                try {
                    return Optional.of(new Located<>(reader.read(octets), at));
                } catch (CertificateProblem e) {
                    problems.error(
                            at,
                            "%s: %s".formatted(Words.quotePath(path.get().value()), e.what()),
                            e.hint());
                }
            }
        }
        return Optional.empty();
    }
}
