package culvert.gateway.cli;

import culvert.gateway.control.ExitCode;
import culvert.gateway.daemon.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The table of commands and what happens when none fits. */
@Command(
        name = "culvert",
        description = "A site-to-site IPsec gateway: two tunnels, one file.",
        version = "culvert " + Version.CULVERT,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            StatusCommand.class,
            SaCommand.class,
            BgpCommand.class,
            RoutesCommand.class,
            EventsCommand.class,
            DoctorCommand.class,
            CaptureCommand.class,
            SupportCommand.class,
            CompletionCommand.class,
            WaitCommand.class,
            UpCommand.class,
            DownCommand.class,
            RekeyCommand.class,
            ReloadCommand.class,
            ImportCommand.class,
            DemoCommand.class
        })
public final class CommandLineInterface implements Runnable {
    @Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    /** All commands with their options. */
    static CommandLine commandLine() {
        return new CommandLine(new CommandLineInterface());
    }

    /** Runs the command that the arguments name and returns the number to exit with. */
    public static int execute(String... args) {
        return commandLine()
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> {
                            // Commands answer expected trouble themselves: this is a bug of ours,
                            // so
                            // the trace is what helps.
                            failure.printStackTrace(command.getErr());
                            return ExitCode.FAILURE.number();
                        })
                .execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(
                java.util.Objects.requireNonNull(spec).commandLine(), "which command?");
    }
}
