package culvert.config;

import static culvert.config.ConfigKeys.CREDENTIAL;
import static culvert.config.ConfigKeys.SECRET_FILE;

import culvert.model.Secret;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the secrets that the file points to. Nothing here says a thing about their content. */
final class PreSharedKeys {
    /** TCP_MD5SIG_MAXKEYLEN of linux/tcp.h. */
    private static final int LONGEST_MD5_KEY_BYTES = 80;

    private final Path file;
    private final LoadOptions options;
    private final Problems problems;
    private final Map<Integer, Secret> byTunnel = new HashMap<>();

    PreSharedKeys(Path file, LoadOptions options, Problems problems) {
        this.file = file;
        this.options = options;
        this.problems = problems;
    }

    void load(GatewayDraft gateway) {
        for (ConnectionDraft connection : gateway.connections()) {
            for (TunnelDraft tunnel : connection.tunnels()) {
                load(tunnel, connection.isAws());
                tunnel.bgp().value(ConfigKeys.MD5_FILE).ifPresent(this::checkMd5File);
            }
        }
        for (Fields neighbor : gateway.root().sections(NeighborKeys.NEIGHBORS)) {
            neighbor.value(NeighborKeys.MD5_FILE).ifPresent(this::checkMd5File);
        }
    }

    /** The key of a tunnel; there is one when nothing was reported. */
    Secret of(TunnelDraft tunnel) {
        Secret secret = byTunnel.get(tunnel.index());
        if (secret == null) {
            throw new IllegalStateException(tunnel.label() + " without a key passed the checks");
        }
        return secret;
    }

    void wipe() {
        byTunnel.values().forEach(Secret::close);
    }

    private void load(TunnelDraft tunnel, boolean aws) {
        Fields source = tunnel.preSharedKey();
        Optional<Located<Path>> path = source.value(SECRET_FILE);
        Optional<Located<String>> credential = source.value(CREDENTIAL);
        if (source.isWritten(SECRET_FILE) && source.isWritten(CREDENTIAL)) {
            problems.error(
                    source.keyAt(CREDENTIAL),
                    "pre-shared-key has both file and credential",
                    "keep one of the two");
        } else if (path.isPresent()) {
            Path resolved = file.resolveSibling(path.get().value());
            keep(tunnel, path.get().map(any -> SecretFile.read(resolved)), aws);
        } else if (credential.isPresent()) {
            keep(tunnel, credential.get().map(this::readCredential), aws);
        } else if (isMapping(tunnel)
                && !source.isWritten(SECRET_FILE)
                && !source.isWritten(CREDENTIAL)
                && source.hasKnownKeysOnly()) {
            problems.error(
                    source.at(),
                    "pre-shared-key says neither file nor credential",
                    "write {file: PATH} or {credential: NAME}");
        }
    }

    private static boolean isMapping(TunnelDraft tunnel) {
        return tunnel.fields()
                .entry(ConfigKeys.PRE_SHARED_KEY.name())
                .filter(entry -> entry.value() instanceof YamlNode.Mapping)
                .isPresent();
    }

    private Parsed<Secret> readCredential(String name) {
        return options.credentialsDirectory()
                .map(directory -> SecretFile.readCredential(directory.resolve(name)))
                .orElseGet(
                        () ->
                                Parsed.bad(
                                        "credential '%s' is not there: no credentials directory"
                                                .formatted(name),
                                        "write LoadCredential=%s:PATH into the systemd unit, or use"
                                                        .formatted(name)
                                                + " {file: PATH}"));
    }

    private void keep(TunnelDraft tunnel, Located<Parsed<Secret>> read, boolean aws) {
        switch (read.value()) {
            case Parsed.Bad<Secret>(String what, String hint) ->
                    problems.error(read.at(), what, hint);
            case Parsed.Ok<Secret>(Secret secret) -> {
                byTunnel.put(tunnel.index(), secret);
                checkAwsRule(read.at(), secret, aws);
            }
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

    /** The key itself is read when the session is set up; here only whether that will work. */
    private void checkMd5File(Located<Path> path) {
        switch (SecretFile.read(file.resolveSibling(path.value()))) {
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
