package culvert.gateway.cli;

import culvert.gateway.control.ControlRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "up",
        description = "Wants a tunnel up and starts an attempt at once.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Mixin private final ControlOption daemon = new ControlOption();

    @Parameters(paramLabel = "TUNNEL", description = "name of a tunnel in the configuration")
    private String tunnel = "";

    @Override
    public Integer call() {
        return daemon.askAndPrint(new ControlRequest.Up(tunnel));
    }
}
