package culvert.config;

import static culvert.config.CredentialKeys.CREDENTIAL;
import static culvert.config.CredentialKeys.SECRET_FILE;

import culvert.model.Secret;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the secrets that the file points to. Nothing here says a thing about their content. */
final class SecretSources {
    private final Path file;
    private final LoadOptions options;
    private final Problems problems;

    SecretSources(Path file, LoadOptions options, Problems problems) {
        this.file = file;
        this.options = options;
        this.problems = problems;
    }

    /**
     * The secret that a section's file or credential holds; empty when something is wrong with it,
     * which is reported.
     *
     * @param section of {@code parent}, with the keys file and credential
     */
    Optional<Located<Secret>> read(Fields parent, ConfigKey.Section section, int largestBytes) {
        Fields source = parent.section(section);
        Optional<Located<Path>> path = source.value(SECRET_FILE);
        Optional<Located<String>> credential = source.value(CREDENTIAL);
        if (source.isWritten(SECRET_FILE) && source.isWritten(CREDENTIAL)) {
            problems.error(
                    source.keyAt(CREDENTIAL),
                    section.name() + " has both file and credential",
                    "keep one of the two");
        } else if (path.isPresent()) {
            Path resolved = file.resolveSibling(path.get().value());
            return good(path.get().map(any -> SecretFile.read(resolved, largestBytes)));
        } else if (credential.isPresent()) {
            return good(credential.get().map(name -> readCredential(name, largestBytes)));
        } else if (isMapping(parent, section)
                && !source.isWritten(SECRET_FILE)
                && !source.isWritten(CREDENTIAL)
                && source.hasKnownKeysOnly()) {
            problems.error(
                    source.at(),
                    section.name() + " says neither file nor credential",
                    "write {file: PATH} or {credential: NAME}");
        }
        return Optional.empty();
    }

    private static boolean isMapping(Fields parent, ConfigKey.Section section) {
        return parent.entry(section.name())
                .filter(entry -> entry.value() instanceof YamlNode.Mapping)
                .isPresent();
    }

    private Parsed<Secret> readCredential(String name, int largestBytes) {
        return options.credentialsDirectory()
                .map(directory -> SecretFile.readCredential(directory.resolve(name), largestBytes))
                .orElseGet(
                        () ->
                                Parsed.bad(
                                        "credential '%s' is not there: no credentials directory"
                                                .formatted(name),
                                        "write LoadCredential=%s:PATH into the systemd unit, or use"
                                                        .formatted(name)
                                                + " {file: PATH}"));
    }

    private Optional<Located<Secret>> good(Located<Parsed<Secret>> read) {
        return switch (read.value()) {
            case Parsed.Bad<Secret>(String what, String hint) -> {
                problems.error(read.at(), what, hint);
                yield Optional.empty();
            }
            case Parsed.Ok<Secret>(Secret secret) -> Optional.of(new Located<>(secret, read.at()));
        };
    }
}
