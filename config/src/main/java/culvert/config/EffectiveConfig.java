package culvert.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A configuration file and what the gateway makes of it.
 *
 * @param text the same configuration with every default written out and a comment on each line that
 *     says where the value comes from; read from the same directory it gives the same records.
 *     Present when the result is valid. Holds no secrets, only the paths to them.
 */
public record EffectiveConfig(ConfigResult result, Optional<String> text) {

    /** Reads the file as {@link ConfigLoader#load(Path, LoadOptions)} does. */
    public static EffectiveConfig load(Path file, LoadOptions options) {
        ConfigLoader.Reading reading = ConfigLoader.read(file, options);
        return new EffectiveConfig(
                reading.result(),
                switch (reading.result()) {
                    case ConfigResult.Valid valid ->
                            reading.draft().map(draft -> new EffectiveText(draft, file).print());
                    case ConfigResult.Invalid invalid -> Optional.empty();
                });
    }
}
