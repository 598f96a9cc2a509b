package culvert.gateway.cli;

import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ControlRequest.Format;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "sa",
        description = "IKE SAs and CHILD SAs: SPIs, suites, ages, traffic, and what IKE exchanged.",
        mixinStandardHelpOptions = true)
final class SaCommand implements Callable<Integer> {
    @Mixin private final ControlOption daemon = new ControlOption();

    @Option(names = "--json", description = "print schema culvert.sa/1")
    private boolean json;

    @Override
    public Integer call() {
        return daemon.askAndPrint(new ControlRequest.Sa(json ? Format.JSON : Format.TEXT));
    }
}
