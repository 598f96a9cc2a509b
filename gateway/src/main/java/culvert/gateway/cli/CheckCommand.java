package culvert.gateway.cli;

import culvert.config.ConfigLoader;
import culvert.config.ConfigProblem;
import culvert.config.ConfigResult;
import culvert.config.LoadOptions;
import culvert.gateway.control.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
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

    @Override
    public Integer call() {
        return switch (ConfigLoader.load(file, LoadOptions.ofEnvironment(System.getenv()))) {
            case ConfigResult.Valid(var config, var warnings) -> {
                print(warnings);
                int tunnels = config.tunnels().size();
                System.out.printf(
                        "%s: ok, %d %s, %d %s%n",
                        file,
                        config.connections().size(),
                        config.connections().size() == 1 ? "connection" : "connections",
                        tunnels,
                        tunnels == 1 ? "tunnel" : "tunnels");
                yield ExitCode.OK.number();
            }
            case ConfigResult.Invalid(var problems) -> {
                print(problems);
                yield ExitCode.CONFIG_INVALID.number();
            }
        };
    }

    static void print(List<ConfigProblem> problems) {
        problems.forEach(System.err::println);
    }
}
