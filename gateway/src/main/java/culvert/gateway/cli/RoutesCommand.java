package culvert.gateway.cli;

import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ControlRequest.Format;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "routes",
        description =
                "Every route: learned, chosen, advertised or rejected and why, and the tunnel that it takes.",
        mixinStandardHelpOptions = true)
final class RoutesCommand implements Callable<Integer> {
    @Mixin private final ControlOption daemon = new ControlOption();

    @Option(names = "--json", description = "print schema culvert.routes/1")
    private boolean json;

    @Override
    public Integer call() {
        return daemon.askAndPrint(new ControlRequest.Routes(json ? Format.JSON : Format.TEXT));
    }
}
