package culvert.gateway.cli;

import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ControlRequest.Format;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description = {
            "Says whether it is fine, then one line per tunnel.",
            "Exits with 0 when every tunnel is up, 4 when some are, 5 when none is."
        },
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Mixin private final ControlOption daemon = new ControlOption();

    @Option(names = "--json", description = "print schema culvert.status/1")
    private boolean json;

    @Override
    public Integer call() {
        return daemon.askAndPrint(new ControlRequest.Status(json ? Format.JSON : Format.TEXT));
    }
}
