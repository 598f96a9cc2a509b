package culvert.config;

import java.util.List;

/** What became of a configuration file. */
public sealed interface ConfigResult {

    /**
     * The file may be used.
     *
     * @param config owns the pre-shared keys: see {@link GatewayConfig#wipeSecrets()}
     * @param warnings in the order of the file
     */
    record Valid(GatewayConfig config, List<ConfigProblem> warnings) implements ConfigResult {
        public Valid {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The file must not be used.
     *
     * @param problems every error, and every warning besides, in the order of the file
     */
    record Invalid(List<ConfigProblem> problems) implements ConfigResult {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
