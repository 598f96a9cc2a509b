package culvert.gateway.cli;

import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ControlRequest.Format;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "bgp",
        description = "Every BGP session: its state and why, its prefixes, its last NOTIFICATION.",
        mixinStandardHelpOptions = true)
final class BgpCommand implements Callable<Integer> {
    @Mixin private final ControlOption daemon = new ControlOption();

    @Option(names = "--json", description = "print schema culvert.bgp/1")
    private boolean json;

    @Override
    public Integer call() {
        return daemon.askAndPrint(new ControlRequest.Bgp(json ? Format.JSON : Format.TEXT));
    }
}
