package culvert.gateway.daemon;

import culvert.config.ConfigLoader;
import culvert.config.ConfigResult;
import culvert.config.LoadOptions;
import java.nio.file.Path;

/**
 * Where the configuration comes from, at the start and at every reload.
 *
 * @param file as the operator named it
 */
public record ConfigSource(Path file, LoadOptions options) {
    /** Reads the file and the secrets that it points to. */
    public ConfigResult load() {
        return ConfigLoader.load(file, options);
    }
}
