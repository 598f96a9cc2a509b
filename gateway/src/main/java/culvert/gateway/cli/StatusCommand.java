package culvert.gateway.cli;

import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ControlRequest.Format;
import culvert.gateway.control.ExitCode;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description = {
            "Says whether it is fine, then how it stands with each tunnel.",
            "Exits with 0 when every tunnel is up, 4 when some are, 5 when none is."
        },
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    private static final Duration REDRAW_INTERVAL = Duration.ofSeconds(1);

    @Mixin private final ControlOption daemon = new ControlOption();

    @ArgGroup private Shape shape = new Shape();

    /** How it is shown. */
    private static final class Shape {
        @Option(names = "--json", description = "print schema culvert.status/1")
        private boolean json;

        @Option(
                names = {"-w", "--watch"},
                description = "show it again every second, until interrupted")
        private boolean watch;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (shape.json) {
            return daemon.askAndPrint(new ControlRequest.Status(Format.JSON));
        }
        return shape.watch ? watch() : show(new ControlRequest.Status(Format.TEXT));
    }

    private int show(ControlRequest request) {
        ControlReply reply = daemon.ask(request);
        return ControlOption.print(
                new ControlReply(reply.exitCode(), Screen.colored(reply.text())));
    }

    private int watch() throws InterruptedException {
        while (true) {
            if (Screen.isTerminal()) {
                System.out.print(Screen.REDRAW);
            }
            int code = show(new ControlRequest.Watch());
            if (code == ExitCode.PERMISSION.number() || code == ExitCode.FAILURE.number()) {
                return code;
            }
            // As in 'culvert status --watch | head': nobody reads any more.
            if (System.out.checkError()) {
                return code;
            }
            Thread.sleep(REDRAW_INTERVAL);
        }
    }
}
