package culvert.gateway.cli;

import culvert.config.ConfigResult;
import culvert.config.GatewayConfig;
import culvert.config.LoadOptions;
import culvert.gateway.control.ExitCode;
import culvert.gateway.daemon.ConfigSource;
import culvert.gateway.daemon.Gateway;
import culvert.gateway.daemon.KeyExportOrder;
import culvert.gateway.daemon.StartupException;
import culvert.gateway.log.LineSink;
import culvert.gateway.log.LogFormat;
import culvert.gateway.log.LogOutput;
import culvert.tunio.TunIoException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "run",
        description = "Runs the gateway in the foreground until SIGTERM.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "/etc/culvert/culvert.yaml",
            description = "the configuration file (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("/etc/culvert/culvert.yaml");

    @Option(
            names = "--debug-export-keys",
            paramLabel = "DIRECTORY",
            description =
                    "DANGEROUS: write the keys of every SA where Wireshark reads them, so that whoever has them reads all traffic")
    private @Nullable Path keyDirectory;

    @Option(
            names = "--debug-export-for",
            paramLabel = "DURATION",
            defaultValue = "1h",
            converter = DurationConverter.class,
            description =
                    "how long --debug-export-keys writes keys before it turns itself off, such as 10m (default: ${DEFAULT-VALUE})")
    private Duration keyPeriod = Duration.ofHours(1);

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            description =
                    "logfmt, json, text, or aws for the field names of AWS's tunnel log (default: logfmt when the journal reads the log, else text)")
    private @Nullable LogFormat logFormat;

    @Option(
            names = "--cloudwatch-metrics",
            description =
                    "print a line in CloudWatch's embedded metric format for each tunnel every minute, on standard output")
    private boolean cloudWatchMetrics;

    @Override
    public Integer call() {
        LogOutput.select(Optional.ofNullable(logFormat), System.getenv());
        LoadOptions options =
                LoadOptions.ofEnvironment(System.getenv()).withExportKeys(keyDirectory != null);
        ConfigSource source = new ConfigSource(file, options);
        return switch (source.load()) {
            case ConfigResult.Valid(var config, var warnings) -> {
                CheckCommand.print(warnings);
                yield run(source, config);
            }
            case ConfigResult.Invalid(var problems) -> {
                CheckCommand.print(problems);
                yield ExitCode.CONFIG_INVALID.number();
            }
        };
    }

    private int run(ConfigSource source, GatewayConfig config) {
        try {
            Gateway gateway =
                    Gateway.start(
                            source,
                            config,
                            Optional.ofNullable(keyDirectory)
                                    .map(directory -> new KeyExportOrder(directory, keyPeriod)));
            if (cloudWatchMetrics) {
                gateway.printCloudWatchMetrics(
                        new LineSink(new FileOutputStream(FileDescriptor.out)));
            }
            gateway.awaitEnd();
            return ExitCode.OK.number();
        } catch (StartupException | TunIoException e) {
            System.err.println("culvert: " + e.getMessage());
            return ExitCode.FAILURE.number();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILURE.number();
        }
    }
}
