package culvert.gateway.cli;

import culvert.gateway.demo.Demo;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "The whole thing in network namespaces of this machine, against a stand-in for AWS.",
            "Needs root; touches nothing outside the namespaces that it makes."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--peer",
            paramLabel = "PEER",
            defaultValue = "CULVERT",
            description = "who plays AWS: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private Demo.Peer peer = Demo.Peer.CULVERT;

    @Override
    public Integer call() {
        return new Demo(peer, System.out).run().number();
    }
}
