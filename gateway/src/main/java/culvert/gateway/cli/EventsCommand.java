package culvert.gateway.cli;

import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ControlRequest.Format;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "events",
        description = {
            "What happened: the last 1000 events, one a line.",
            "With -f it goes on with what happens, until interrupted."
        },
        mixinStandardHelpOptions = true)
final class EventsCommand implements Callable<Integer> {
    @Mixin private final ControlOption daemon = new ControlOption();

    @Option(
            names = {"-f", "--follow"},
            description = "go on with what happens from now on")
    private boolean follow;

    @Option(names = "--json", description = "print one JSON object a line")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        ControlReply end =
                daemon.follow(
                        new ControlRequest.Events(json ? Format.JSON : Format.TEXT, follow),
                        stream -> {
                            byte[] buffer = new byte[8192];
                            // Until one side ends it, or nobody reads what is printed.
                            for (int n = stream.read(buffer);
                                    n >= 0 && !System.out.checkError();
                                    n = stream.read(buffer)) {
                                System.out.write(buffer, 0, n);
                                System.out.flush();
                            }
                        });
        return ControlOption.print(end);
    }
}
