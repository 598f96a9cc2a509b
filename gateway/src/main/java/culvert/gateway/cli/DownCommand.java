package culvert.gateway.cli;

import culvert.gateway.control.ControlRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "down",
        description = "Deletes a tunnel's SAs and keeps it down until 'up' or a restart.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    @Mixin private final ControlOption daemon = new ControlOption();

    @Parameters(paramLabel = "TUNNEL", description = "name of a tunnel in the configuration")
    private String tunnel = "";

    @Override
    public Integer call() {
        return daemon.askAndPrint(new ControlRequest.Down(tunnel));
    }
}
