package culvert.gateway.cli;

import culvert.gateway.control.ControlRequest;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "reload",
        description =
                "Has the daemon read its configuration and secrets again, and touch only what has changed. A file with errors changes nothing.",
        mixinStandardHelpOptions = true)
final class ReloadCommand implements Callable<Integer> {
    @Mixin private final ControlOption daemon = new ControlOption();

    @ArgGroup private Manner manner = new Manner();

    /** At once, unless one of these is given. */
    private static final class Manner {
        @Option(
                names = "--dry-run",
                description =
                        "only print what would change, each with its cost: live, rekey, restart-session, restart-tunnel or restart-daemon")
        private boolean dryRun;

        @Option(
                names = "--confirm",
                paramLabel = "DURATION",
                converter = DurationConverter.class,
                description =
                        "undo the change after this time, such as 5m, unless --confirmed comes")
        private @Nullable Duration confirm;

        @Option(names = "--confirmed", description = "keep the change that is on trial")
        private boolean confirmed;
    }

    @Override
    public Integer call() {
        return daemon.askAndPrint(request());
    }

    private ControlRequest request() {
        Duration time = manner.confirm;
        if (time != null) {
            return new ControlRequest.ReloadOnTrial(Math.max(1, time.toSeconds()));
        }
        if (manner.dryRun) {
            return new ControlRequest.ReloadDryRun();
        }
        return manner.confirmed ? new ControlRequest.ReloadConfirm() : new ControlRequest.Reload();
    }
}
