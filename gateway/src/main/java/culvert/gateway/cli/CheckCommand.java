package culvert.gateway.cli;

import culvert.config.ConfigProblem;
import culvert.config.ConfigResult;
import culvert.config.ConfigSchema;
import culvert.config.EffectiveConfig;
import culvert.config.GatewayConfig;
import culvert.config.LoadOptions;
import culvert.gateway.control.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        description =
                "Reads a configuration and prints every error in it; the daemon is not asked.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "/etc/culvert/culvert.yaml",
            description = "the configuration file (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("/etc/culvert/culvert.yaml");

    @Option(
            names = "--credentials",
            paramLabel = "DIRECTORY",
            description =
                    "where {credential: NAME} is looked up, such as the directory that LoadCredential= takes them from")
    private @Nullable Path credentials;

    @ArgGroup private Output output = new Output();

    /** What is printed of a right file. */
    private static final class Output {
        @Option(
                names = "--effective",
                description = "print the file with every default, and where each value comes from")
        private boolean effective;

        @Option(
                names = "--schema",
                description = "print the JSON Schema of configurations, for editors, and end")
        private boolean schema;
    }

    @Override
    public Integer call() {
        if (output.schema) {
            System.out.print(ConfigSchema.json());
            return ExitCode.OK.number();
        }
        EffectiveConfig loaded = EffectiveConfig.load(file, options());
        return switch (loaded.result()) {
            case ConfigResult.Valid(var config, var warnings) -> {
                print(warnings);
                if (output.effective) {
                    System.out.print(loaded.text().orElseThrow());
                } else {
                    printSize(config);
                }
                config.wipeSecrets();
                yield ExitCode.OK.number();
            }
            case ConfigResult.Invalid(var problems) -> {
                print(problems);
                yield ExitCode.CONFIG_INVALID.number();
            }
        };
    }

    private LoadOptions options() {
        LoadOptions service = LoadOptions.ofEnvironment(System.getenv());
        Path directory = credentials;
        return directory == null ? service : service.withCredentialsDirectory(directory);
    }

    private void printSize(GatewayConfig config) {
        int tunnels = config.tunnels().size();
        System.out.printf(
                "%s: ok, %d %s, %d %s%n",
                file,
                config.connections().size(),
                config.connections().size() == 1 ? "connection" : "connections",
                tunnels,
                tunnels == 1 ? "tunnel" : "tunnels");
    }

    static void print(List<ConfigProblem> problems) {
        problems.forEach(System.err::println);
    }
}
