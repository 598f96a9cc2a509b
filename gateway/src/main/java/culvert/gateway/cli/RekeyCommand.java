package culvert.gateway.cli;

import culvert.gateway.control.ControlRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rekey",
        description = "Rekeys the CHILD SA of a tunnel, or with --ike its IKE SA; traffic goes on.",
        mixinStandardHelpOptions = true)
final class RekeyCommand implements Callable<Integer> {
    @Mixin private final ControlOption daemon = new ControlOption();

    @Parameters(paramLabel = "TUNNEL", description = "name of a tunnel in the configuration")
    private String tunnel = "";

    @Option(names = "--ike", description = "rekey the IKE SA instead of the CHILD SA")
    private boolean ike;

    @Override
    public Integer call() {
        return daemon.askAndPrint(
                ike
                        ? new ControlRequest.RekeyIkeSa(tunnel)
                        : new ControlRequest.RekeyChildSa(tunnel));
    }
}
