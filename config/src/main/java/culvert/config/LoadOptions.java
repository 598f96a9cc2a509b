package culvert.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the file alone does not say.
 *
 * @param credentialsDirectory where {@code {credential: NAME}} is looked up; systemd names it in
 *     {@code $CREDENTIALS_DIRECTORY}
 * @param exportKeys passed on to every tunnel's IKE settings: emit keys for a packet analyser
 */
public record LoadOptions(Optional<Path> credentialsDirectory, boolean exportKeys) {
    private static final String CREDENTIALS_DIRECTORY = "CREDENTIALS_DIRECTORY";

    /** No credentials directory, no key export. */
    public static final LoadOptions NONE = new LoadOptions(Optional.empty(), false);

    /** As the service manager set up the process's environment. */
    public static LoadOptions ofEnvironment(Map<String, String> environment) {
        return new LoadOptions(
                Optional.ofNullable(environment.get(CREDENTIALS_DIRECTORY)).map(Path::of), false);
    }

    public LoadOptions withCredentialsDirectory(Path directory) {
        return new LoadOptions(Optional.of(directory), exportKeys);
    }

    public LoadOptions withExportKeys(boolean export) {
        return new LoadOptions(credentialsDirectory, export);
    }
}
