package culvert.gateway.cli;

import culvert.config.ConfigLoader;
import culvert.config.ConfigProblem;
import culvert.config.ConfigResult;
import culvert.config.aws.AwsImport;
import culvert.config.aws.ImportResult;
import culvert.config.aws.ImportedFiles;
import culvert.gateway.control.ExitCode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "aws",
        description = {
            "Writes culvert.yaml and the pre-shared keys from what AWS has of a VPN connection:",
            "the answer to 'aws ec2 describe-vpn-connections' (JSON), or the customer gateway",
            "configuration in it (XML). Asks nothing; says what is left to do."
        },
        mixinStandardHelpOptions = true)
final class ImportAwsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "the XML or JSON of AWS")
    private Path file = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            defaultValue = "",
            description = "directory to write into (default: the current one)")
    private Path directory = Path.of("");

    @Option(
            names = "--connection",
            paramLabel = "ID",
            description = "take this VPN connection only; may be given more than once")
    private Set<String> connections = Set.of();

    @Option(names = "--force", description = "write over files that are there")
    private boolean force;

    @Override
    public Integer call() {
        return switch (AwsImport.read(file, connections)) {
            case ImportResult.Refused(String sentence) -> fail(ExitCode.FAILURE, sentence);
            case ImportResult.Imported(ImportedFiles files) -> {
                try {
                    yield write(files);
                } finally {
                    files.wipe();
                }
            }
        };
    }

    private int write(ImportedFiles files) {
        List<Path> existing = files.existing(directory);
        if (!existing.isEmpty() && !force) {
            return fail(
                    ExitCode.FAILURE,
                    "this would write over %s (name another directory with -o DIR, or add --force)"
                            .formatted(
                                    String.join(
                                            ", ", existing.stream().map(Path::toString).toList())));
        }
        List<Path> written;
        try {
            written = files.write(directory);
        } catch (AccessDeniedException e) {
            return fail(
                    ExitCode.PERMISSION,
                    "%s cannot be written: permission denied (run as a user who may, or name another"
                                    .formatted(e.getFile())
                            + " directory with -o DIR)");
        } catch (IOException e) {
            return fail(
                    ExitCode.FAILURE,
                    "%s cannot be written: %s (name another directory with -o DIR)"
                            .formatted(directory, e.getClass().getSimpleName()));
        }
        System.out.printf("%s: %s%n", file, files.summary());
        written.forEach(path -> System.out.printf("wrote %s%n", path));
        if (!files.keys().isEmpty()) {
            System.out.printf("%s holds the keys too: remove it, or keep it from others%n", file);
        }
        printWhatIsLeft(files);
        return ExitCode.OK.number();
    }

    /** The check's own words, so that both say the same. */
    private void printWhatIsLeft(ImportedFiles files) {
        Path configuration = ImportedFiles.configuration(directory);
        List<ConfigProblem> problems =
                switch (ConfigLoader.load(configuration)) {
                    case ConfigResult.Valid(var config, var warnings) -> {
                        config.wipeSecrets();
                        yield warnings;
                    }
                    case ConfigResult.Invalid(var found) -> found;
                };
        if (problems.isEmpty() && files.inAws().isEmpty()) {
            System.out.printf("nothing is left to do: culvert run -c %s%n", configuration);
            return;
        }
        System.out.println("left to do:");
        files.inAws().forEach(sentence -> System.out.printf("  in AWS: %s%n", sentence));
        problems.forEach(problem -> System.out.printf("  %s%n", problem));
        System.out.printf("then: culvert check -c %s%n", configuration);
    }

    private static int fail(ExitCode code, String sentence) {
        System.err.println("culvert: " + sentence);
        return code.number();
    }
}
