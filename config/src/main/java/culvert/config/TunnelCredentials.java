package culvert.config;

import static culvert.config.CredentialKeys.CERTIFICATE;
import static culvert.config.CredentialKeys.CERTIFICATE_AUTHORITIES;
import static culvert.config.CredentialKeys.PRE_SHARED_KEY;
import static culvert.config.CredentialKeys.PRIVATE_KEY;

import culvert.ike.Credentials;
import culvert.ike.Ppk;
import culvert.ike.certificate.CertificateIdentity;
import culvert.ike.message.Identification;
import culvert.model.Secret;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How each tunnel authenticates, with the secrets and certificates that the file points to. */
final class TunnelCredentials {
    /** TCP_MD5SIG_MAXKEYLEN of linux/tcp.h. */
    private static final int LONGEST_MD5_KEY_BYTES = 80;

    /** RFC 8784 6: half of its 256 bits are left to who has a quantum computer. */
    private static final int FEWEST_PPK_BYTES = 32;

    private final Path file;
    private final Problems problems;
    private final SecretSources secrets;
    private final CertificateFiles certificates;
    private final Map<Integer, Credentials> byTunnel = new HashMap<>();
    private final Map<Integer, Ppk> ppkByTunnel = new HashMap<>();

    TunnelCredentials(Path file, LoadOptions options, long unixSeconds, Problems problems) {
        this.file = file;
        this.problems = problems;
        this.secrets = new SecretSources(file, options, problems);
        this.certificates = new CertificateFiles(file, secrets, unixSeconds, problems);
    }

    void load(GatewayDraft gateway) {
        for (ConnectionDraft connection : gateway.connections()) {
            for (TunnelDraft tunnel : connection.tunnels()) {
                load(tunnel, connection.isAws());
                loadPpk(tunnel);
                tunnel.bgp().value(ConfigKeys.MD5_FILE).ifPresent(this::checkMd5File);
            }
        }
        for (Fields neighbor : gateway.root().sections(NeighborKeys.NEIGHBORS)) {
            neighbor.value(NeighborKeys.MD5_FILE).ifPresent(this::checkMd5File);
        }
    }

    private void load(TunnelDraft tunnel, boolean aws) {
        Fields fields = tunnel.fields();
        List<ConfigKey.Section> ofCertificates =
                List.of(CERTIFICATE, PRIVATE_KEY, CERTIFICATE_AUTHORITIES);
        List<ConfigKey.Section> written =
                ofCertificates.stream().filter(fields::isWritten).toList();
        if (written.isEmpty()) {
            if (fields.isWritten(PRE_SHARED_KEY)) {
                loadPreSharedKey(tunnel, aws);
            } else if (isMissing(fields, PRE_SHARED_KEY)) {
                problems.error(
                        fields.at(),
                        "%s has no pre-shared-key".formatted(fields.label()),
                        "write pre-shared-key: {file: PATH}, or certificate, private-key and"
                                + " certificate-authorities");
            }
            return;
        }
        if (fields.isWritten(PRE_SHARED_KEY)) {
            problems.error(
                    fields.keyAt(written.getFirst()),
                    written.getFirst().name() + " and pre-shared-key exclude each other",
                    "remove what the peer is not configured for");
            return;
        }
        List<String> missing =
                ofCertificates.stream()
                        .filter(key -> isMissing(fields, key))
                        .map(ConfigKey.Section::name)
                        .toList();
        if (!missing.isEmpty()) {
            problems.error(
                    fields.keyAt(written.getFirst()),
                    "%s has %s, and no %s"
                            .formatted(
                                    fields.label(),
                                    written.getFirst().name(),
                                    String.join(" and no ", missing)),
                    "write %s: {file: PATH}".formatted(missing.getFirst()));
        }
        certificates
                .read(tunnel, aws)
                .ifPresent(credentials -> byTunnel.put(tunnel.index(), credentials));
    }

    /** Neither there, nor meant by a misspelt key, which is reported as such. */
    private static boolean isMissing(Fields fields, ConfigKey key) {
        return fields.mapping().entries().stream()
                .noneMatch(
                        entry ->
                                entry.key().equals(key.name())
                                        || (fields.section().find(entry.key()).isEmpty()
                                                && Words.nearest(
                                                                entry.key(),
                                                                fields.section().names())
                                                        .equals(Optional.of(key.name()))));
    }

    private void loadPreSharedKey(TunnelDraft tunnel, boolean aws) {
        secrets.read(tunnel.fields(), PRE_SHARED_KEY, SecretFile.LARGEST_BYTES)
                .ifPresent(
                        secret -> {
                            byTunnel.put(
                                    tunnel.index(), new Credentials.PreSharedKey(secret.value()));
                            checkAwsRule(secret.at(), secret.value(), aws);
                        });
    }

    private void loadPpk(TunnelDraft tunnel) {
        Optional<Located<Secret>> key =
                secrets.read(tunnel.fields(), CredentialKeys.PPK, SecretFile.LARGEST_BYTES);
        Optional<Located<String>> id = tunnel.ppk().value(CredentialKeys.PPK_ID);
        Optional<Located<Boolean>> required = tunnel.ppk().value(CredentialKeys.PPK_REQUIRED);
        if (key.isEmpty() || id.isEmpty() || required.isEmpty()) {
            key.ifPresent(unused -> unused.value().close());
            return;
        }
        Secret secret = key.get().value();
        ppkByTunnel.put(tunnel.index(), new Ppk(id.get().value(), secret, required.get().value()));
        if (secret.length() < FEWEST_PPK_BYTES) {
            problems.warning(
                    key.get().at(),
                    "the ppk is shorter than %d octets".formatted(FEWEST_PPK_BYTES),
                    "make it by: openssl rand -base64 32");
        }
        if (byTunnel.get(tunnel.index()) instanceof Credentials.PreSharedKey(Secret psk)
                && psk.equals(secret)) {
            problems.error(
                    key.get().at(),
                    "the ppk is the pre-shared key once more",
                    "make another by: openssl rand -base64 32");
        }
    }

    private void checkAwsRule(Position at, Secret secret, boolean aws) {
        Optional<String> fault = AwsKeyRule.fault(secret.octets());
        if (fault.isEmpty()) {
            return;
        }
        if (aws) {
            problems.error(at, fault.get(), AwsKeyRule.WORDS);
        } else {
            problems.warning(at, fault.get(), "leave it if the peer agrees; " + AwsKeyRule.WORDS);
        }
    }

    /** The credentials of a tunnel; there are some when nothing was reported. */
    Credentials of(TunnelDraft tunnel) {
        Credentials credentials = byTunnel.get(tunnel.index());
        if (credentials == null) {
            throw new IllegalStateException(tunnel.label() + " without a key passed the checks");
        }
        return credentials;
    }

    /** The PPK of a tunnel, if it has one. */
    Optional<Ppk> ppk(TunnelDraft tunnel) {
        return Optional.ofNullable(ppkByTunnel.get(tunnel.index()));
    }

    /** The subject of the tunnel's certificate, if it has one. */
    Optional<Identification> subject(TunnelDraft tunnel) {
        return switch (of(tunnel)) {
            case Credentials.PreSharedKey psk -> Optional.empty();
            case Credentials.Certificates certificate ->
                    Optional.of(CertificateIdentity.subject(certificate.own().certificate()));
        };
    }

    /** A name that is written as text in the encoding of the certificate, which the peer knows. */
    Identification identity(TunnelDraft tunnel, Identification written) {
        return subject(tunnel).filter(written::matches).orElse(written);
    }

    void wipe() {
        byTunnel.values().forEach(Credentials::close);
        ppkByTunnel.values().forEach(Ppk::close);
    }

    /** The key itself is read when the session is set up; here only whether that will work. */
    private void checkMd5File(Located<Path> path) {
        switch (SecretFile.read(file.resolveSibling(path.value()), SecretFile.LARGEST_BYTES)) {
            case Parsed.Bad<Secret>(String what, String hint) ->
                    problems.error(path.at(), what, hint);
            case Parsed.Ok<Secret>(Secret secret) -> {
                if (secret.length() > LONGEST_MD5_KEY_BYTES) {
                    problems.error(
                            path.at(),
                            "the TCP MD5 key is too long",
                            "use at most %d octets".formatted(LONGEST_MD5_KEY_BYTES));
                }
                secret.close();
            }
        }
    }
}
